import { readDiagnostics } from "../../../cli/site/diagnostics";
import { sayable } from "../../../cli/site/up";

/** As `pulumi up --non-interactive` printed it, the texts of commands shortened. */
const failedStep = `Updating (prod):

@ updating....
 ~  command:remote:Command app-build **updating failed** [diff: ~stdin]; error: Process exited with status 1: running "#!/usr/bin/env bash\\n"
    pulumi:pulumi:Stack trinode-prod **failed** 1 error
Diagnostics:
  command:remote:Command (app-build):
    error: Process exited with status 1: running "#!/usr/bin/env bash\\n# trinode-receive":
    building release ebfca0af1916
    Traceback (most recent call last):
      File "/usr/local/lib/trinode/python/release_check.py", line 51, in <module>
        main(*sys.argv[1:])
    RuntimeError: broken on purpose
    trinode: release ebfca0af1916 is not fit to run (see above); nothing has changed

  command:remote:Command (web-keys):
    the clock is not ours to set

  pulumi:pulumi:Stack (trinode-prod):
    error: update failed

Resources:
    1 errored
`;

const failedProgram = `Diagnostics:
  pulumi:pulumi:Stack (trinode-prod):
    error: Running program '/srv/index.ts' failed with an unhandled exception:
    ConfigError: the configuration of stack prod has a mistake; nothing was changed:
      trinode:app.env.A: \${nope} refers to nothing.
        at checkConfig (/srv/config.ts:45:30) {
      mistakes: [
        'trinode:app.env.A: \${nope} refers to nothing.'
      ]
    }

Resources:
    1 errored
`;

describe("what Pulumi says of a failure", () => {
  it("is told by what the step said, without its own text", () => {
    expect(readDiagnostics(failedStep)).toEqual([
      {
        resource: "app-build",
        cutOff: false,
        lines: [
          "building release ebfca0af1916",
          "Traceback (most recent call last):",
          '  File "/usr/local/lib/trinode/python/release_check.py", line 51, in <module>',
          "    main(*sys.argv[1:])",
          "RuntimeError: broken on purpose",
          "trinode: release ebfca0af1916 is not fit to run (see above); nothing has changed",
        ],
      },
    ]);
  });

  it("is told by what the program said, without where in the program that was", () => {
    expect(readDiagnostics(failedProgram).map(({ lines }) => lines)).toEqual([
      [
        "ConfigError: the configuration of stack prod has a mistake; nothing was changed:",
        "  trinode:app.env.A: ${nope} refers to nothing.",
      ],
    ]);
  });

  it("tells a step that was cut off from one that ended", () => {
    const cancelled = "Diagnostics:\n  command:remote:Command (app-release):\n    error: cancelled\n\nResources:\n";
    expect(readDiagnostics(cancelled)).toEqual([{ resource: "app-release", cutOff: true, lines: ["cancelled"] }]);
  });

  it("shows what steps say while they run, and nothing else", () => {
    expect(
      [
        " ~  command:remote:Command app-release updating (2s) [diff: ~stdin]; trying release 34c7329c8be7",
        " +  command:remote:Command app-setup creating (5s) installing nginx; really",
        " ~  command:remote:Command app-release updating (0s) [diff: ~stdin]",
        " ~  command:remote:Command app-release updated (2s) [diff: ~stdin]; release 34c7329c8be7 serves",
        ' ~  command:remote:Command app-build updating (2s) [diff: ~stdin];   File "/a.py"',
        "@ updating....",
        "    pulumi:pulumi:Stack trinode-prod running ",
      ].map(sayable),
    ).toEqual(["app-release: trying release 34c7329c8be7", "app-setup: really", "", "", "", "", ""]);
  });
});
