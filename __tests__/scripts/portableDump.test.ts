import { spawnSync } from "node:child_process";

/** What the filter lets through of a dump, for a server that knows the settings given. */
function filter(dump: string, known = "statement_timeout search_path") {
  const { stdout, stderr, status } = spawnSync("awk", ["-v", `known=${known}`, "-f", "scripts/lib/portable-dump.awk"], {
    input: dump,
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

describe("a dump of another owner", () => {
  it("loses owners, grants and settings that this server does not know", () => {
    const dump = [
      "\\restrict abc",
      "SET statement_timeout = 0;",
      "SET transaction_timeout = 0;",
      "SELECT pg_catalog.set_config('search_path', '', false);",
      "CREATE TABLE public.game (id integer);",
      "ALTER TABLE public.game OWNER TO somebody;",
      'ALTER TABLE ONLY public."game" ADD CONSTRAINT game_pkey PRIMARY KEY (id);',
      "COMMENT ON EXTENSION plpgsql IS 'x';",
      "GRANT ALL ON TABLE public.game TO reader;",
      "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
      "ALTER DEFAULT PRIVILEGES FOR ROLE somebody GRANT ALL ON TABLES TO reader;",
      "\\unrestrict abc",
      "",
    ].join("\n");
    expect(filter(dump).stdout).toBe(
      [
        "",
        "SET statement_timeout = 0;",
        "",
        "SELECT pg_catalog.set_config('search_path', '', false);",
        "CREATE TABLE public.game (id integer);",
        "",
        'ALTER TABLE ONLY public."game" ADD CONSTRAINT game_pkey PRIMARY KEY (id);',
        ...Array<string>(6).fill(""),
      ].join("\n"),
    );
  });

  it("keeps data that only looks like such a statement", () => {
    const data =
      "COPY public.note (id, text) FROM stdin;\n1\tx\nGRANT ALL ON x TO y;\n\\restrict\nALTER TABLE a OWNER TO b;\n\\.\n";
    expect(filter(data).stdout).toBe(data);
  });

  it("keeps the bodies of functions", () => {
    const body =
      "CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $_$\nBEGIN\nGRANT a TO b;\nEND\n$_$;\nSELECT 1;\n";
    expect(filter(body).stdout).toBe(body);
  });

  it.each([
    ["a text of several lines", "INSERT INTO n VALUES (1, 'Dear all,\nGRANT us peace;\n\\bye');\nSELECT 1;\n"],
    ["a doubled quote", "INSERT INTO n VALUES (1, 'it''s\nGRANT x;\n');\n"],
    ["an escaped quote", "INSERT INTO n VALUES (1, E'it\\'s\nGRANT x;\n');\n"],
    ["a name with a quote in it", `CREATE TABLE "it's" (id integer);\nSELECT 1;\n`],
    ["what only looks like the beginning of a body", "-- $$ and 'so on\nSELECT 1;\n"],
    ["COPY inside a text", "INSERT INTO n VALUES ('\nCOPY x FROM stdin;\n');\nSELECT 1;\n"],
  ])("keeps %s", (_, dump) => {
    expect(filter(dump)).toEqual({ stdout: dump, stderr: "", status: 0 });
  });

  it.each([
    ["psql's own commands", "SELECT 1;\n\\connect other\n", 'line 2: psql command "\\connect'],
    ["psql's own commands within a line", "SELECT 1 \\! id\n", 'line 1: psql command "\\! id"'],
    ["them behind a comment that looks like a body", "-- $$\nSELECT 1 \\! id\n", "line 2: psql command"],
    ["half a COPY", "COPY x FROM stdin;\n1\n2\n", "the dump ends in the middle"],
    ["half a text", "INSERT INTO n VALUES ('a\n", "the dump ends in the middle"],
    ["no end", "--\n-- PostgreSQL database dump\n--\nSELECT 1;\n", "the dump ends in the middle"],
    ["other databases", "CREATE DATABASE other;\n", 'line 1: "CREATE DATABASE"'],
    ["roles", "CREATE ROLE root SUPERUSER;\n", 'line 1: "CREATE ROLE"'],
  ])("is refused when it holds %s, and what was sent is no valid SQL", (_, dump, message) => {
    const { stdout, stderr, status } = filter(dump);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
    expect(stdout).toContain("trinode refuses this dump;");
  });
});
