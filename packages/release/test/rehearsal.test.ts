import { expect, it } from 'vitest';
import { MAJORS } from '../src/rehearsal/nodes.ts';
import { rehearse } from '../src/rehearsal/rehearse.ts';

const TEN_MINUTES = 600_000;
const due = process.env['CI'] === 'true';

it(
  'a release is published, installed elsewhere, and runs the README on every Node',
  async (context) => {
    context.skip(!due, 'takes minutes; `npm run rehearsal` does it, and so does CI=true');
    const { before, released, published, installed, printed } = await rehearse((line) => console.log(line));
    const [major = 0, minor = 0] = before.split('.').map(Number);
    expect(released).toBe(`${major}.${minor + 1}.0`);
    expect(published.length).toBeGreaterThan(5);
    // One changeset for one package moves all of them: the group is fixed.
    for (const one of published) expect(one.slice(one.lastIndexOf('@') + 1), one).toBe(released);
    expect(installed.map(({ name }) => name)).toContain('@workload-identity/core');
    for (const one of installed) expect(one).toMatchObject({ version: released, fromRegistry: true });
    const versions = Object.keys(printed).map((version) => Number(/^v(\d+)\./.exec(version)?.[1]));
    expect(versions).toEqual([...MAJORS]);
    for (const [version, output] of Object.entries(printed)) {
      expect(output, version).toEqual({
        roundtrip: 'spiffe://prod.example.com/billing []\n',
        orders: "{ chargedFor: 'spiffe://prod.example.com/orders' }\n",
        withoutToken: '401',
        complaint: '',
      });
    }
  },
  TEN_MINUTES,
);
