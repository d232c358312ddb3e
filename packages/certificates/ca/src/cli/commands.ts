import { access, readFile } from 'node:fs/promises';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { showTime } from '../authority/ca-certificate.ts';
import { createIntermediateCertificate } from '../authority/intermediate.ts';
import { type CaCertificate, createRootCertificate } from '../authority/root.ts';
import type { CaAlgorithm, CaKey } from '../ca-key.ts';
import { createCaKeyFile, writeNewFile } from '../keys/create-key-file.ts';
import { fileCaKey } from '../keys/file.ts';
import { memoryCaKey } from '../keys/memory.ts';
import { createCertificateRequest } from '../request/create-request.ts';
import { type Arguments, UsageError } from './arguments.ts';

/** One command: does its work and returns what to tell. */
export type Command = (args: Arguments) => Promise<readonly string[]>;

/** Without the members that are undefined. */
function given<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

async function refuseExisting(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    throw new WorkloadIdentityError('config_invalid', {
      detail: `the file ${path} is there already, and nothing is overwritten`,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unreadable';
    throw new WorkloadIdentityError('config_invalid', { detail: `the file ${path} cannot be read: ${code}` });
  }
}

function newKey(args: Arguments): { path: string; make: () => Promise<CaKey> } {
  const path = args.required('key');
  const algorithm = args.text('algorithm') as CaAlgorithm | undefined;
  const passphrase = args.passphrase('');
  return { path, make: () => createCaKeyFile(path, given({ algorithm, passphrase })) };
}

/** What a CA certificate of either kind is made from. */
function certificateSettings(args: Arguments) {
  const options = given<{ lifetime: number; pathLength: number; commonName: string }>({
    lifetime: args.lifetime(),
    pathLength: args.pathLength(),
    commonName: args.text('common-name'),
  });
  return { ...options, trustDomain: args.required('trust-domain'), serviceHosts: args.hosts() };
}

/** What hosts of token services ask of a bundle. */
function servicesOf(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0) return [];
  const urls = hosts.map((host) => `https://${host}`);
  return [
    `A leaf may name https URLs of ${hosts.join(', ')}. List each URL in \`services\` of the authority in the trust bundle, such as`,
    `  "services": ${JSON.stringify(urls)}`,
    'A token service that is not listed there is rejected.',
  ];
}

/** How the CA is denied, kept for the day it is needed. */
const denialOf = ({ keyId }: CaCertificate): string =>
  `The identifier of its key is ${keyId}. In \`denied.keys\` of the trust bundle it denies all that the CA issued.`;

const init: Command = async (args) => {
  const { path, make } = newKey(args);
  const out = args.required('out');
  const settings = certificateSettings(args);
  args.finish();
  await refuseExisting(path, out);
  // A trial with a key of a moment: a mistake is found before anything is written.
  await createRootCertificate(memoryCaKey(), settings);
  const root = await createRootCertificate(await make(), settings);
  await writeNewFile(out, root.pem, 0o644);
  return [
    `${path}: the key of the CA. Keep it where only the CA runs.`,
    `${out}: its certificate, until ${showTime(root.notAfter)}. Put it into \`anchors\` of the trust bundle.`,
    denialOf(root),
    ...servicesOf(settings.serviceHosts),
  ];
};

const request: Command = async (args) => {
  const { path, make } = newKey(args);
  const out = args.required('out');
  const commonName = args.required('common-name');
  args.finish();
  await refuseExisting(path, out);
  await createCertificateRequest(memoryCaKey(), { commonName });
  const { pem } = await createCertificateRequest(await make(), { commonName });
  await writeNewFile(out, pem, 0o644);
  return [
    `${path}: the key of the CA. Keep it where only the CA runs.`,
    `${out}: its certification request. Give it to the CA above.`,
  ];
};

function intermediateKey(args: Arguments): { paths: string[]; subject: () => Promise<IntermediateSubject> } {
  const csr = args.text('csr');
  if (csr !== undefined) {
    if (args.text('key') !== undefined) throw new UsageError('--csr and --key: give one of them');
    return { paths: [], subject: async () => ({ csr: await readText(csr) }) };
  }
  const { path, make } = newKey(args);
  return { paths: [path], subject: async () => ({ publicKey: (await (await make()).publicKey()).spki }) };
}

type IntermediateSubject = { readonly csr: string } | { readonly publicKey: Uint8Array };

const intermediate: Command = async (args) => {
  const { paths, subject } = intermediateKey(args);
  const out = args.required('out');
  const common = certificateSettings(args);
  const issuerFile = args.required('issuer');
  const passphrase = args.passphrase('issuer-');
  const issuerKey = fileCaKey(args.required('issuer-key'), given({ passphrase }));
  args.finish();
  await refuseExisting(...paths, out);
  const issuer = await readText(issuerFile);
  const settings = { ...common, issuer };
  // As above: a wrong passphrase or a lifetime too long leaves nothing behind.
  const trial = await memoryCaKey().publicKey();
  await createIntermediateCertificate(issuerKey, { ...settings, publicKey: trial.spki });
  const made = await createIntermediateCertificate(issuerKey, { ...settings, ...(await subject()) });
  await writeNewFile(out, made.pem, 0o644);
  return [
    ...paths.map((path) => `${path}: the key of the CA. Keep it where only the CA runs.`),
    `${out}: its certificate, until ${showTime(made.notAfter)}. Give it to the CA as an intermediate.`,
    denialOf(made),
    ...servicesOf(common.serviceHosts),
  ];
};

/** By name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['init', init],
  ['request', request],
  ['intermediate', intermediate],
]);
