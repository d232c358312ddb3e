import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCa, replace, under } from '../test/ca.ts';
import { start } from '../test/child.ts';
import { ORDERS, openScene, type Scene, shared } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';

/** A service in a process of its own: it does what it is told on its standard input, and never sees a secret but in its files. */
const SERVICE = `
  import { createInterface } from 'node:readline';
  import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  import { createWorkloadIdentity, readConfiguration } from '@workload-identity/sdk';
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  globalThis.control = ['a text', 'that is there'].join(' ');
  let now = Date.now();
  const identity = createWorkloadIdentity(readConfiguration(), { clock: () => now, signals: false });
  const commands = {
    async use() {
      await identity.reload();
      const { token } = await identity.mint({ audience: identity.workload });
      if (process.env.VERIFIES) await identity.verify(token);
    },
    async wait(seconds) {
      now += Number(seconds) * 1000;
      identity.status();
    },
    async snapshot(file) {
      for (let round = 0; round < 5; round++) {
        await new Promise(setImmediate);
        gc();
      }
      writeHeapSnapshot(file);
    },
  };
  for await (const line of createInterface(process.stdin)) {
    const [name, argument] = line.split(' ');
    await commands[name](argument);
    console.log('done');
  }
`;

/** What a heap snapshot holds: all texts, and how many objects of a class. */
interface Heap {
  has(text: string): boolean;
  count(name: string): number;
}

function readHeap(file: string): Heap {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly snapshot: {
      readonly meta: {
        readonly node_fields: readonly string[];
        readonly node_types: readonly (readonly string[])[];
      };
    };
    readonly nodes: readonly number[];
    readonly strings: readonly string[];
  };
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const object = types[typeAt]?.indexOf('object');
  const names: (string | undefined)[] = [];
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (nodes[at + typeAt] === object) names.push(strings[nodes[at + nameAt] as number]);
  }
  return {
    has: (text) => strings.some((one) => one.includes(text)),
    count: (name) => names.filter((one) => one === name).length,
  };
}

/** Runs a service under a configuration that is written down. */
function run(scene: Scene, configuration: object, verifies: boolean) {
  const file = scene.write('orders.json', JSON.stringify({ workload: ORDERS, ...configuration }));
  const env = { WORKLOAD_IDENTITY_CONFIG: file, ...(verifies && { VERIFIES: 'yes' }) };
  const child = start(SERVICE, env);
  const tell = async (command: string): Promise<void> => {
    child.process.stdin.write(`${command}\n`);
    expect(await child.line()).toBe('done');
  };
  return {
    use: () => tell('use'),
    wait: (seconds: number) => tell(`wait ${seconds}`),
    async heap(): Promise<Heap> {
      await tell(`snapshot ${scene.path('heap.heapsnapshot')}`);
      return readHeap(scene.path('heap.heapsnapshot'));
    },
  };
}

/** The lines of a PEM that are its own. */
const linesOf = (pem: string): readonly string[] =>
  pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));

describe('attack 60: the heap of a service, after its secrets were replaced', () => {
  it('holds no text of an old shared secret, and no old key', async () => {
    const scene = openScene();
    const key = { file: scene.path('secret') };
    const bundle = { file: scene.bundle([shared(key.file)]) };
    const service = run(scene, { sign: { rung: 'hmac', key }, verify: { bundle } }, true);
    const old: string[] = [];
    const rotate = async (): Promise<void> => {
      old.push(secret());
      scene.write('secret', old.at(-1) as string);
      await service.use();
    };
    await rotate();
    const before = await service.heap();
    for (let at = 0; at < 10; at++) await rotate();
    old.pop();
    await service.wait(3_661);
    const heap = await service.heap();
    expect(heap.has('a text that is there')).toBe(true);
    expect(old.filter((text) => heap.has(text))).toEqual([]);
    expect(before.count('HmacKey')).toBeGreaterThan(0);
    expect(heap.count('HmacKey')).toBe(before.count('HmacKey'));
  });

  it('holds no text of an old private key, and no old key', async () => {
    const scene = openScene();
    const sign = { rung: 'asymmetric', key: { file: scene.path('key') } };
    const service = run(scene, { sign }, false);
    const old: string[] = [];
    const rotate = async (form: 'pem' | 'jwk'): Promise<void> => {
      const key = privateKey();
      scene.write('key', key[form]);
      old.push(...linesOf(key.pem), JSON.parse(key.jwk).d);
      await service.use();
    };
    await rotate('pem');
    const before = await service.heap();
    for (let at = 0; at < 10; at++) await rotate(at % 2 === 0 ? 'jwk' : 'pem');
    await service.wait(3_661);
    const heap = await service.heap();
    expect(heap.has('a text that is there')).toBe(true);
    expect(old.filter((text) => heap.has(text))).toEqual([]);
    expect(before.count('AsymmetricKey')).toBeGreaterThan(0);
    expect(heap.count('AsymmetricKey')).toBe(before.count('AsymmetricKey'));
  });

  it('holds no text of an old CA key or passphrase, and no old key', async () => {
    const scene = openScene();
    const phrases = [secret(), secret()];
    const passphrase = { file: scene.path('passphrase') };
    const [first, second] = await Promise.all(
      phrases.map((text, at) =>
        createCa(scene, `ca-${at}`, { passphrase: { file: scene.write(`p${at}`, text) } }),
      ),
    );
    if (first === undefined || second === undefined) throw new Error('there is no CA');
    scene.write('passphrase', phrases[0] as string);
    const texts = [first, second].flatMap(({ key }) => linesOf(readFileSync(key.file, 'utf8')));
    const sign = { rung: 'ca', key: { file: first.key.file, passphrase } };
    const bundle = { file: scene.bundle([under(first.pem, second.pem)]) };
    const service = run(scene, { sign, verify: { bundle } }, false);
    await service.use();
    const before = await service.heap();
    replace(scene, first.key.file, second.key.file);
    scene.write('passphrase', phrases[1] as string);
    await service.use();
    const heap = await service.heap();
    expect(heap.has('a text that is there')).toBe(true);
    expect([...phrases, ...texts].filter((text) => heap.has(text))).toEqual([]);
    expect(before.count('LocalKey')).toBeGreaterThan(0);
    expect(heap.count('LocalKey')).toBe(before.count('LocalKey'));
  });
});
