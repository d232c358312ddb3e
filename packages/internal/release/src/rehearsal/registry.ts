import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import { run } from './run.ts';

/** A registry on a free port of loopback. It holds what is published to it; all else comes from the registry npm is set up with. */
export interface Registry {
  readonly url: string;
  /** What points npm to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps its files. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function startRegistry(folder: string): Promise<Registry> {
  const upstream = await run('npm', ['config', 'get', 'registry', '--loglevel=error'], { cwd: tmpdir() });
  const server = (await runServer({
    configPath: join(folder, 'verdaccio.yaml'),
    self_path: join(folder, 'verdaccio.yaml'),
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    uplinks: { upstream: { url: upstream.trim(), maxage: '60m', timeout: '60s', max_fails: 10 } },
    packages: {
      // No proxy: a package of ours that was not published just now is not found.
      '@workload-identity/*': { access: '$all', publish: '$all', unpublish: '$all' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  } as unknown as string)) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, `registry=${url}\n`);
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const env = { NPM_CONFIG_USERCONFIG: npmrc, npm_config_registry: url };
  return { url, env, folder, close };
}
