import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsKmsCaKey } from '@workload-identity/aws-kms';
import { type CaKey, createCaKeyFile, createRootCertificate } from '@workload-identity/ca';
import type { Authority } from '@workload-identity/contract';
import { AsymmetricKey, type AuthorityJwk } from '@workload-identity/core';
import type { Configuration } from '@workload-identity/sdk';
import { KMS_REGION, type KmsEmulator } from './kms-emulator.ts';
import { CHARGE, ORDERS, TRUST_DOMAIN } from './names.ts';

type Sign = NonNullable<Configuration['sign']>;
type CaSign = Extract<Sign, { rung: 'ca' }>;

/** A certificate authority of the demo. */
export interface CaOfDemo {
  /** Its certificate, PEM. */
  readonly anchor: string;
  readonly sign: CaSign;
}

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

  /**
   * Makes a CA on a key in a file: its anchor for the bundle, and how services take leaves from it. Its leaves live one
   * minute, so that one can see them renewed.
   */
  async fileAuthority(name: string): Promise<CaOfDemo> {
    const file = this.path(`${name}.key.pem`);
    const key = await createCaKeyFile(file);
    return this.#authority(name, key, { file }, '1m');
  }

  /** Makes a CA on a key in KMS, with leaves as long as they are by default. */
  async kmsAuthority(name: string, emulator: KmsEmulator): Promise<CaOfDemo> {
    const { endpoint } = emulator;
    const kms = await emulator.createKey();
    const key = awsKmsCaKey({ keyId: kms, region: KMS_REGION, endpoint });
    return this.#authority(name, key, { awsKms: kms, region: KMS_REGION, endpoint }, '12h');
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

  async #authority(name: string, key: CaKey, reference: CaSign['key'], lifetime: string): Promise<CaOfDemo> {
    const { pem } = await createRootCertificate(key, { trustDomain: TRUST_DOMAIN, pathLength: 0 });
    await key.close?.();
    const certificate = { file: this.write(`${name}.crt.pem`, pem) };
    return { anchor: pem, sign: { rung: 'ca', key: reference, certificate, leaf: { lifetime } } };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
