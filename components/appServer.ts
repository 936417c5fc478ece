import * as pulumi from "@pulumi/pulumi";
import { appVariables } from "../render/appFiles";
import type { AppServerArgs } from "./appServerArgs";
import { setUpApp } from "./appSetup";
import { changeOf } from "./hostStep";
import { checkMail } from "./mailCheck";
import { prepareRelease } from "./release";
import { activateRelease, activation, readReport } from "./releaseActivation";
import { buildRelease, copyArchive, type Delivery } from "./releaseBuild";
import { putBack, takeOut } from "./upstream";

export type { AppServerArgs } from "./appServerArgs";

/** Django behind gunicorn on a Linode: packages, releases of the site, two processes on one socket, its files for the web server. */
export class AppServer extends pulumi.ComponentResource {
  /** Private address where gunicorn (8000) and the files (8001) are, once `ready`. */
  readonly host: pulumi.Output<string>;
  /** Id of the release that serves. */
  readonly release: pulumi.Output<string>;
  /** Variables that were changed on the server, as of the last release; they count more than the configured ones. */
  readonly overrides: pulumi.Output<string[]>;
  /** Done when the release serves. */
  readonly ready: pulumi.Resource[];
  /** Another text whenever something else is made live; of several servers only. */
  readonly change: pulumi.Output<string>;

  constructor(name: string, args: AppServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinode:index:AppServer", name, {}, opts);
    const delivery = deliveryOf(args);
    const after = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });

    const setup = setUpApp(`${name}-setup`, args, { parent: this });
    const copy = copyArchive(`${name}-source`, args, delivery, after(setup));
    const build = buildRelease(`${name}-build`, args, delivery, after(copy));
    this.change = args.line ? changeOf(activation(args, delivery)) : pulumi.output("");
    const out = args.line && takeOut(`${name}-out`, args, args.line, this.change, after(build, ...args.line.after));
    const live = activateRelease(`${name}-release`, args, delivery, after(out ?? build, ...args.database.ready));
    const back = args.line && putBack(`${name}-in`, args, args.line, this.change, after(live));
    checkMail(`${name}-mail`, args, delivery, live, { parent: this });

    const report = pulumi.unsecret(live.stdout).apply(readReport);
    this.release = report.release;
    this.overrides = report.overrides;
    // Known at once, so that the web server is set up side by side with this one.
    this.host = pulumi.output(args.host.privateIp);
    this.ready = [back ?? live];
    this.registerOutputs({ host: this.host, release: this.release });
  }
}

function deliveryOf(args: AppServerArgs): Delivery {
  const variables = pulumi
    .secret(args.variables)
    .apply((own) => appVariables(args.settings, { ...sentryVariables(args.sentry), ...mailVariables(args), ...own }));
  return {
    variables,
    release: pulumi.output(args.release ?? prepareRelease({ ...args, sentry: args.sentry !== undefined })),
  };
}

/** What app_run.py reads. */
function mailVariables({ site, catchMail }: AppServerArgs): Record<string, string> {
  return catchMail ? { TRINODE_CAUGHT_MAIL: `/srv/${site}/shared/home/mail` } : {};
}

/** What gunicorn.conf.py reads, beside the site's own variables. */
function sentryVariables(sentry: AppServerArgs["sentry"]): Record<string, string> {
  return sentry ? { TRINODE_SENTRY_DSN: sentry.dsn, TRINODE_SENTRY_ENVIRONMENT: sentry.environment } : {};
}
