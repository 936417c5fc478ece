import { findSite } from "../../cli/foundSite";

const file = (name: string, content = "") => ({ name, content: Buffer.from(content) });
const manage = (settings: string) => `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "${settings}")\n`;

describe("a site that is found in its source", () => {
  it("is what startproject makes", () => {
    const entries = [file("manage.py", manage("shop.settings")), file("shop/settings.py"), file("shop/wsgi.py")];
    expect(findSite("../My Shop", entries)).toEqual({
      site: "my-shop",
      directory: "",
      settings: "shop.settings",
      wsgi: "shop.wsgi:application",
    });
  });

  it("has settings for each place, in a package, in a folder below an archive's one top folder", () => {
    const entries = [
      file("shop-1.2/backend/manage.py", manage("config.settings.local")),
      file("shop-1.2/backend/config/settings/local.py"),
      file("shop-1.2/backend/config/wsgi.py"),
      file("shop-1.2/backend/vendor/demo/manage.py", manage("demo.settings")),
    ];
    expect(findSite("shop-1.2.zip", entries)).toEqual({
      site: "shop-1-2",
      directory: "backend",
      settings: "config.settings.local",
      wsgi: "config.wsgi:application",
    });
  });

  it("has its packages in src", () => {
    const entries = [file("manage.py", manage("blog.settings")), file("src/blog/wsgi.py"), file("README")];
    expect(findSite("blog", entries)).toMatchObject({ directory: "", wsgi: "blog.wsgi:application" });
  });

  it.each([
    ["it has no manage.py", [file("app.py")]],
    ["manage.py does not say which settings it uses", [file("manage.py", "print()")]],
    ['there is no wsgi.py beside the settings "shop.settings"', [file("manage.py", manage("shop.settings"))]],
  ])("is refused with what to do: %s", (reason, entries) => {
    expect(() => findSite("shop", entries)).toThrow(`TRINODE_SITE: shop can't be deployed as it is: ${reason}. Put it`);
  });
});
