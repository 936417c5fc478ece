/** Where packages come from and go to, and how that is reached. */
const needed =
  /^(PATH|HOME|TMPDIR|LANG|LC_\w+|XDG_\w+|UV_\w+|PIP_\w+|SSL_CERT_\w+|(REQUESTS|CURL)_CA_BUNDLE|(https?|all|no)_proxy)$/i;

/** Of an environment, what it takes to install packages. Code of theirs runs meanwhile: it gets no token and no passphrase to see. */
export function forInstalling(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => needed.test(name)));
}
