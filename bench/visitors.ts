import { send, type LoadAnswer, type LoadRequest, type Visitor } from "./load";
import * as https from "node:https";

/** Where GameLenders is, and who visits it. */
export interface VisitedSite {
  url: string;
  /** Address to connect to. */
  address: string;
  /** PEM of the authority to trust. */
  ca: string;
}

/** A picture of 8 by 8 pixels. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEX///+/v7+jQ3Y5AAAADklEQVQI12P4AIX8EAgALgAD/aNpbtEAAAAASUVORK5CYII=",
  "base64",
);

/** Steps of a visit, again and again; a page of the site shows by its way out whether the visitor is still signed in. */
const steps = ["home", "style", "search", "language", "game", "style", "home", "language"] as const;
/** After so many steps a visitor adds a game, with a picture. */
const STEPS_BETWEEN_UPLOADS = 24;

/**
 * Somebody who has signed in to GameLenders: reads, searches, changes the language (a form that is sent with a session, on a
 * kept-alive connection), loads style sheets of the page just seen, uploads pictures. Every answer is looked at: a wrong status,
 * a page without its end, a session that is no more.
 */
export class SignedInVisitor implements Visitor {
  private readonly cookies = new Map<string, string>();
  private step = 0;
  private style = "";

  constructor(
    private readonly site: VisitedSite,
    private readonly number: number,
  ) {}

  /** Signs in as the site's demonstration user. @throws Error when that fails */
  async signIn(): Promise<this> {
    const agents = { http: new https.Agent(), https: new https.Agent({ ca: this.site.ca }) };
    const login = this.url("/accounts/login/");
    this.take(await this.ask({ url: login }, agents), 200);
    const form = new URLSearchParams({ username: "demo", password: "demo-gamelenders", next: "/" });
    this.take(await this.ask(this.post("/accounts/login/", form.toString()), agents), 302);
    this.take(await this.ask({ url: this.url("/"), headers: this.headers() }, agents), 200);
    return this;
  }

  next(): LoadRequest {
    this.step += 1;
    if (this.step % STEPS_BETWEEN_UPLOADS === this.number % STEPS_BETWEEN_UPLOADS) return this.upload();
    const get = (path: string) => ({ url: this.url(path), headers: this.headers() });
    switch (steps[(this.step + this.number) % steps.length]!) {
      case "home":
        return get("/");
      case "style":
        return get(this.style);
      case "search":
        return get("/search/?q=lantern");
      case "game":
        return get("/games/lantern-keep/");
      case "language":
        return this.post("/i18n/setlang/", `language=${this.step % 2 ? "en" : "fr"}&next=/`);
    }
  }

  check(request: LoadRequest, answer: LoadAnswer): string | undefined {
    this.keepCookies(answer);
    const { status, body, headers } = answer;
    const { pathname } = new URL(request.url);
    if (request.method === "POST") {
      if (status !== 302) return "to a form";
      return headers.location?.includes("/accounts/login") ? "session lost" : undefined;
    }
    if (status !== 200) return "for a page";
    if (pathname.endsWith(".css")) return body.length > 1000 ? undefined : "half a file";
    this.style = /href="([^"]+\.css)"/.exec(body)?.[1] ?? this.style;
    if (!body.includes("</html>")) return "half a page";
    return body.includes("/accounts/logout/") ? undefined : "session lost";
  }

  private upload(): LoadRequest {
    const boundary = "trinode-load";
    const fields = {
      csrfmiddlewaretoken: this.cookies.get("csrftoken") ?? "",
      title: `Load ${this.number} ${this.step}`,
      publisher: "trinode",
      platform: "pc",
      year: "2026",
      players: "2",
      description: "Played under load.",
    };
    const parts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="picture"; filename="one.png"\r\nContent-Type: image/png\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(parts.join("") + file), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return { ...this.post("/add/", body), headers: this.headers(`multipart/form-data; boundary=${boundary}`) };
  }

  private post(path: string, body: string | Buffer): LoadRequest {
    return { url: this.url(path), method: "POST", body, headers: this.headers("application/x-www-form-urlencoded") };
  }

  private headers(contentType?: string): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (contentType === undefined) return { cookie };
    const token = this.cookies.get("csrftoken") ?? "";
    return { cookie, referer: this.url("/"), "x-csrftoken": token, "content-type": contentType };
  }

  private url(path: string): string {
    return new URL(path, this.site.url).href;
  }

  private async ask(request: LoadRequest, agents: { http: https.Agent; https: https.Agent }): Promise<LoadAnswer> {
    const answer = await send(request, agents, this.site.address);
    if (typeof answer === "string") throw new Error(`${request.url}: ${answer}`);
    return answer;
  }

  private take(answer: LoadAnswer, status: number): void {
    if (answer.status !== status) throw new Error(`signing in to ${this.site.url}: status ${answer.status}`);
    this.keepCookies(answer);
    this.style = /href="([^"]+\.css)"/.exec(answer.body)?.[1] ?? this.style;
  }

  private keepCookies({ headers }: LoadAnswer): void {
    for (const line of headers["set-cookie"] ?? []) {
      const [name = "", value = ""] = line.split(";")[0]!.split(/=(.*)/);
      if (value === "" || value === '""') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** So many signed-in visitors, one after the other: a password's hash takes a server's time. */
export async function signInAll(site: VisitedSite, count: number): Promise<SignedInVisitor[]> {
  const visitors: SignedInVisitor[] = [];
  for (let number = 0; number < count; number += 1) visitors.push(await new SignedInVisitor(site, number).signIn());
  return visitors;
}
