// What an environment may say to the tools that install: where packages come from and how to get there. It says nothing of what is
// installed, where to, or which code runs meanwhile. Runs on Node 20.

const TOOLS = {
  pip: {
    own: /^(?:PIP_|PYTHON)/i,
    kept: /^PIP_(?:(?:EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|CONFIG_FILE|CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|(?:DEFAULT_)?TIMEOUT|RETRIES|CACHE_DIR)$/i,
  },
  pnpm: {
    own: /^p?npm_config_/i,
    kept: /^p?npm_config_(?:.*registry|(?:https?_)?proxy|noproxy|ca|cafile|cert|certfile|key|keyfile|strict_ssl|store_dir|cache_dir|fetch_\w+|network_concurrency|userconfig|globalconfig|nodedir|\/\/.*)$/i,
  },
  // turbo reaches nothing: what it restores from elsewhere, nobody here has built.
  turbo: { own: /^TURBO_/i, kept: /^$/ },
};

/**
 * An environment without what would change the work of a tool.
 *
 * @param {keyof typeof TOOLS} tool
 * @param {NodeJS.ProcessEnv} env
 */
export function reaching(tool, env) {
  const { own, kept } = TOOLS[tool];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name) || kept.test(name)));
}
