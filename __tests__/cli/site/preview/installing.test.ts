import { forInstalling } from "../../../../cli/site/preview/installing";

describe("code of packages that are installed for a site's own checks", () => {
  it("gets to see where packages are, and no secret of whoever runs them", () => {
    const open = {
      PATH: "/usr/bin",
      HOME: "/home/me",
      PIP_INDEX_URL: "https://pypi.example/simple",
      https_proxy: "p:1",
    };
    const secret = {
      LINODE_TOKEN: "t",
      PULUMI_CONFIG_PASSPHRASE: "p",
      PULUMI_ACCESS_TOKEN: "t",
      AWS_SECRET_ACCESS_KEY: "k",
      SSH_AUTH_SOCK: "/agent",
      GITHUB_TOKEN: "g",
      SOMETHING_NEW: "s",
    };
    expect(forInstalling({ ...open, ...secret })).toEqual(open);
  });
});
