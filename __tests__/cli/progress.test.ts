import { progressOf } from "../../cli/progress";

it.each([
  [" +  linode:index:Instance web-instance created (4s) ", "web server: the Linode runs (4 s)"],
  [
    " ~  command:remote:Command app-release updated (3s) [diff: ~stdin]",
    "application server: the release serves (3 s)",
  ],
  [" ++ linode:index:Instance database-instance created (2s)", "database server: the Linode runs (2 s)"],
  [" ~  command:remote:Command app-build updating (2s) [diff: ~stdin]; trying it", "app-build: trying it"],
  [
    " +  command:remote:Command web-setup **creating failed** error: boom",
    "+  command:remote:Command web-setup **creating failed** error: boom",
  ],
  [" +  random:index:RandomPassword app-key created (0s)", ""],
  [" -  command:remote:Command web-setup deleted (1s)", ""],
  [" -  linode:index:Instance web-instance deleted (0.61s)", "web server: the Linode is gone"],
  [" +  linode:index:Instance web-instance created (0.61s)", "web server: the Linode runs (1 s)"],
  ["Resources:", ""],
])("%s", (line, words) => {
  expect(progressOf(line)).toBe(words);
});
