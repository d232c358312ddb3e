import { expect, it } from 'vitest';
import { lockedIntegrities } from '../../tools/src/locked.ts';
import { heldToLockfile } from '../src/rehearsal/consumer.ts';
import { MAJORS } from '../src/rehearsal/nodes.ts';
import { rehearse } from '../src/rehearsal/rehearse.ts';
import { SNAPSHOT } from '../src/version/snapshot.ts';

const ROUNDTRIP = 'spiffe://prod.example.com/billing []\n';
const TEN_MINUTES = 600_000;
const due = process.env['CI'] === 'true';

it(
  'a release and a snapshot are published, installed elsewhere, and run the README, the release on every Node',
  async (context) => {
    context.skip(!due, 'takes minutes; `npm run rehearsal` does it, and so does CI=true');
    const seen = await rehearse((line) => console.log(line));
    const { released, snapshot } = seen.versions;
    const [major = 0, minor = 0] = seen.versions.before.split('.').map(Number);
    expect(released).toBe(`${major}.${minor + 1}.0`);
    expect(snapshot).toMatch(SNAPSHOT);
    expect(seen.keptAgain).toContain(`${released} was released: bump the version first`);
    expect(seen.problems).toEqual([]);

    // One changeset for one package moves all of them: the group is fixed. A snapshot leaves `latest` where it was.
    expect(Object.keys(seen.tags).length).toBeGreaterThan(5);
    for (const [name, tags] of Object.entries(seen.tags))
      expect(tags, name).toEqual({ latest: released, next: snapshot });
    for (const [installed, version] of [
      [seen.installed, released],
      [seen.next.installed, snapshot],
    ] as const) {
      expect(installed.map(({ name }) => name)).toContain('@workload-identity/core');
      for (const one of installed) expect(one).toMatchObject({ version, fromRegistry: true });
    }

    const versions = Object.keys(seen.printed).map((version) => Number(/^v(\d+)\./.exec(version)?.[1]));
    expect(versions).toEqual([...MAJORS]);
    for (const [version, output] of Object.entries(seen.printed)) {
      expect(output, version).toEqual({
        roundtrip: ROUNDTRIP,
        orders: "{ chargedFor: 'spiffe://prod.example.com/orders' }\n",
        withoutToken: '401',
        complaint: '',
      });
    }
    expect(seen.next.printed).toBe(ROUNDTRIP);
  },
  TEN_MINUTES,
);

it('attack 62: the packages of somebody who installs ours are those of the lockfile, or nothing of them runs', () => {
  const [[name = '', integrity = ''] = []] = [...lockedIntegrities()].filter(([one]) =>
    one.startsWith('express@'),
  );
  const version = name.slice('express@'.length);
  const ours = { 'node_modules/@workload-identity/sdk': { version: '1.0.0' } };
  const packages = { '': {}, ...ours, 'node_modules/express': { version, integrity } };
  expect(heldToLockfile({ packages })).toEqual(Object.entries(ours));
  for (const [path, one] of [
    ['node_modules/express', { version: '99.0.0', integrity }],
    ['node_modules/express', { version, integrity: 'sha512-planted' }],
    ['node_modules/express', { version }],
    ['node_modules/express/node_modules/planted', { version: '1.0.0', integrity }],
  ] as const)
    expect(() => heldToLockfile({ packages: { ...packages, [path]: one } })).toThrow(
      'nothing of the consumer was run',
    );
});
