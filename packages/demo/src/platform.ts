import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authority } from '@workload-identity/contract';
import { AsymmetricKey, type AuthorityJwk } from '@workload-identity/core';
import type { Configuration } from '@workload-identity/sdk';
import { CHARGE, ORDERS, TRUST_DOMAIN } from './names.ts';

type Sign = NonNullable<Configuration['sign']>;

/** The hands of the platform team: they write secrets, keys, the trust bundle and each service's configuration, in one folder. */
export class Platform {
  readonly folder = mkdtempSync(join(tmpdir(), 'workload-identity-demo-'));
  readonly bundleFile = this.path('bundle.json');
  #sequence = 0;

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file whole or not at all, readable by its owner alone. */
  write(name: string, text: string): string {
    const file = this.path(name);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return file;
  }

  /** Puts the content of one file into the place of another, at once. */
  copy(from: string, to: string): void {
    this.write(to, readFileSync(this.path(from), 'utf8'));
  }

  /** Makes a shared secret, as `openssl rand -base64 32` does. */
  secret(name: string): string {
    return this.write(name, `${randomBytes(32).toString('base64')}\n`);
  }

  /** Makes a P-256 key, as `openssl genpkey` does, and returns its public half. */
  async key(name: string): Promise<AuthorityJwk> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    this.write(name, pem);
    return (await AsymmetricKey.parse(pem)).publicJwk;
  }

  /** Publishes the next bundle and returns its sequence. */
  publish(authorities: readonly Authority[]): number {
    this.#sequence++;
    const bundle = { version: 1, trustDomain: TRUST_DOMAIN, sequence: this.#sequence, authorities };
    this.write('bundle.json', JSON.stringify(bundle, null, 2));
    return this.#sequence;
  }

  /** Writes the configuration of a service. Between rungs, `sign` is all that differs. */
  configure(workload: string, sign: Sign): { file: string; configuration: Configuration } {
    const configuration: Configuration = {
      workload,
      sign: workload === ORDERS ? { ...sign, roles: [CHARGE] } : sign,
      verify: { bundle: { file: this.bundleFile } },
    };
    const name = workload.slice(workload.lastIndexOf('/') + 1);
    return { file: this.write(`${name}.json`, JSON.stringify(configuration, null, 2)), configuration };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
