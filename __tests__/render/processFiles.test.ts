import { serverSettings } from "../../render/appFiles";
import { otherProcesses, processFiles } from "../../render/processFiles";
import { redisFiles, redisMemory } from "../../render/redisFiles";

const worker = { command: "manage.py work", count: 2, stopSignal: "TERM", stopSeconds: 90 };
const nightly = { command: "manage.py clearsessions", at: "*-*-* 03:30", timeoutSeconds: 600 };
const files = (processes = {}, schedule = {}) =>
  processFiles({ site: "shop", user: "clerk" }, { processes, schedule }, 200);
const content = (path: string, from: { path: string; content: string }[]) =>
  from.find((file) => file.path === path)?.content;

describe("programs beside gunicorn", () => {
  const program = content("/etc/trinode/processes.conf", files({ worker })) ?? "";

  it("run as the site, with its variables, and get their signal and their time", () => {
    expect(program).toMatch(/^\[program:process_worker\]$/m);
    expect(program).toMatch(/^user=clerk$/m);
    expect(program).toMatch(/^environment=TRINODE_ENV="\/etc\/trinode\/app.env"$/m);
    expect(program).toMatch(/^numprocs=2$/m);
    expect(program).toMatch(/^stopsignal=TERM\nstopwaitsecs=90$/m);
  });

  it("have the same text whatever they run, which takes any character", () => {
    const other = { ...worker, command: `python -c 'print("100% ; # \n")'` };
    const changed = files({ worker: other });
    expect(content("/etc/trinode/processes.conf", changed)).toBe(program);
    expect(JSON.parse(content("/etc/trinode/commands.next.json", changed) ?? "")).toEqual({
      memoryMb: 200,
      commands: { worker: ["python", "-c", 'print("100% ; # \n")'] },
    });
  });

  it("are the same in whatever order they are configured", () => {
    expect(files({ a: worker, b: worker })).toEqual(files({ b: worker, a: worker }));
  });

  it("have a share of the memory that gunicorn's workers then don't have", () => {
    expect(otherProcesses({ processes: { worker }, schedule: { nightly } })).toBe(3);
    const wanted = { timeoutSeconds: 30 };
    const alone = serverSettings({ memoryMb: 2048, vcpus: 1 }, wanted);
    const beside = serverSettings({ memoryMb: 2048, vcpus: 1 }, wanted, 3);
    expect(beside.workerMemoryMb * (2 * beside.workersEach + 1 + 3)).toBeLessThanOrEqual(2048 * 0.75);
    expect(beside.workerMemoryMb).toBeLessThan(alone.workerMemoryMb);
  });
});

describe("commands at set times", () => {
  it("are a timer and a service each, listed so that others are taken out", () => {
    const made = files({}, { nightly });
    expect(content("/etc/trinode/schedule", made)).toBe("nightly\t*-*-* 03:30\n");
    expect(content("/etc/systemd/system/trinode-job-nightly.timer", made)).toMatch(/^OnCalendar=\*-\*-\* 03:30$/m);
    const service = content("/etc/systemd/system/trinode-job-nightly.service", made);
    expect(service).toMatch(/^Type=oneshot$/m);
    expect(service).toMatch(/^User=clerk$/m);
    expect(service).toMatch(/^TimeoutStartSec=600$/m);
    expect(service).toMatch(/app_run\.py configured nightly$/m);
  });

  it("and programs that there are none of leave empty files, which say so", () => {
    expect(files().map(({ path, content: text }) => [path, text])).toEqual([
      ["/etc/trinode/commands.next.json", '{"memoryMb":200,"commands":{}}\n'],
      ["/etc/trinode/processes.conf", ""],
      ["/etc/trinode/schedule", ""],
    ]);
  });
});

describe("a private Redis", () => {
  it("listens on this host alone, with a password, in a file of root's, and holds so much", () => {
    const made = redisFiles({ memoryMb: 64, password: "secret" });
    const wanted = made.find(({ path }) => path === "/etc/trinode/redis.conf");
    expect(wanted).toMatchObject({ mode: 0o600, owner: "root", group: "root" });
    for (const line of ["bind 127.0.0.1", "requirepass secret", "maxmemory 64mb", "maxmemory-policy volatile-lru"])
      expect(wanted?.content.split("\n")).toContain(line);
  });

  it("is switched off by an empty file", () => {
    expect(redisFiles(undefined).map(({ path, content: text }) => [path, text])).toEqual([
      ["/etc/trinode/redis.conf", ""],
    ]);
  });

  it("has a sixteenth of a plan's memory, or what is asked for, a quarter at most", () => {
    expect(redisMemory({ memoryMb: 1024 }, {})).toBe(64);
    expect(redisMemory({ memoryMb: 1024 }, { memoryMb: 200 })).toBe(200);
    expect(() => redisMemory({ memoryMb: 1024 }, { memoryMb: 300 })).toThrow(
      "trinode:redis.memory: 300 MB is more than a quarter of the application server's memory. Give at most 256 MB",
    );
  });
});
