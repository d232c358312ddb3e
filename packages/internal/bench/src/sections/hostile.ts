import { type Cost, hostileTokens, makeScene, measure, TIMES } from '@workload-identity/fuzz/cost';
import { type Row, rowOf } from '../measure/rows.ts';
import type { Section } from '../section.ts';

/** What hostile tokens are like; the beginning of their names. */
const FAMILIES = [
  { id: 'token', named: /^token: / },
  { id: 'header', named: /^header: / },
  { id: 'key', named: /^(?:HS|ES|PS|Ed)\d+ named: / },
  { id: 'chain', named: /^chain: / },
] as const;

/** There are more than a hundred kinds: each gets less time than what is measured alone. */
const MILLISECONDS = 1.5;

function rowFor(id: string, { name, rounds }: Cost): Row {
  return rowOf({
    id,
    what: `refuse the most expensive of its kind, "${name}"`,
    unit: 'µs',
    ours: rounds.costs,
    against: `${TIMES} valid HS256 tokens, and a signature check where it names a key`,
    peer: rounds.allowed,
  });
}

/** What a stranger without a key can make a verifier do: the most expensive token of every kind. */
export const hostile: Section = {
  name: 'hostile',
  title: 'Tokens of strangers, at their most expensive',
  async run({ calls }) {
    const scene = makeScene();
    const milliseconds = Math.min(MILLISECONDS, calls.milliseconds);
    const costs = await measure(scene, hostileTokens(scene), { rounds: calls.rounds, milliseconds });
    const byRatio = costs.toSorted((one, other) => other.ratio - one.ratio);
    return FAMILIES.map(({ id, named }) => {
      const worst = byRatio.find(({ name }) => named.test(name));
      if (worst === undefined) throw new TypeError(`there are no hostile tokens of the kind ${id}`);
      return rowFor(`hostile-${id}`, worst);
    });
  },
};
