import { createHmac } from 'node:crypto';
import { type Mutation, put } from './draft.ts';

const partsOf = (token: string): readonly string[] => token.split('.');

/** What belongs to several tokens, put together as if it were one. */
export const CROSS_MUTATIONS: readonly Mutation[] = [
  {
    name: 'cross: header, payload and signature of three tokens',
    apply(draft, random, { seeds }) {
      draft.token.push((token) => {
        const others = [token, random.pick(seeds).token, random.pick(seeds).token].map(partsOf);
        return [0, 1, 2].map((at) => random.pick(others)[at] ?? '').join('.');
      });
    },
  },
  {
    name: 'cross: the claims of another, signed',
    apply(draft, random, { seeds }) {
      const payload = partsOf(random.pick(seeds).token)[1] as string;
      draft.payloadBytes.push(() => Buffer.from(payload, 'base64url'));
    },
  },
  {
    name: 'cross: the header of another, signed',
    apply(draft, random, { seeds }) {
      const header = partsOf(random.pick(seeds).token)[0] as string;
      draft.headerBytes.push(() => Buffer.from(header, 'base64url'));
    },
  },
  {
    name: 'cross: a key of another rung signs',
    apply(draft, random, { world }) {
      draft.changed = true;
      draft.signing = random.pick([...world.signings, ...world.strangers]);
    },
  },
  {
    name: 'cross: HMAC under what everybody knows of a key',
    apply(draft, random, { world }) {
      const victim = random.pick(world.signings.filter(({ rung }) => rung !== 'hmac'));
      const alg = random.pick(['HS256', 'HS384', 'HS512']);
      const forms = [
        ...victim.forms,
        Buffer.from(victim.kid ?? ''),
        Buffer.from(victim.x5c?.[0] ?? ''),
        Buffer.from(victim.x5c?.[0] ?? '', 'base64'),
        Buffer.alloc(0),
        Buffer.alloc(32),
      ];
      const secret = random.pick(forms);
      draft.changed = true;
      draft.signing = {
        ...victim,
        sign: (input) =>
          createHmac(`sha${alg.slice(2)}`, secret)
            .update(input)
            .digest(),
      };
      put(draft.header, 'alg', JSON.stringify(alg));
      if (victim.kid !== undefined) put(draft.header, 'kid', JSON.stringify(victim.kid));
      else put(draft.header, 'x5c', JSON.stringify(victim.x5c));
    },
  },
];
