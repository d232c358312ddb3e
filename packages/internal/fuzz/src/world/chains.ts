import { type ChainBook, contentsOf, type Issued, type IssuedPath } from '../oracle/chain.ts';
import { matches } from '../oracle/grammar.ts';
import { holdsUnderKey } from '../oracle/signature.ts';
import {
  basicConstraints,
  CA_EXTENSIONS,
  type Certified,
  certify,
  extendedKeyUsage,
  keyUsage,
  leafExtensions,
  nameConstraints,
  type Plan,
  schemeOf,
  subjectNames,
  uri,
} from './certificates.ts';
import { type PairKey, pairKey } from './keys.ts';
import { NOW, ORDERS, OTHER_DOMAIN, STS, TRUST_DOMAIN } from './names.ts';

/** A path that was issued, with what a token needs to present it. */
export interface Path extends IssuedPath {
  readonly name: string;
  readonly chain: readonly Certified[];
  readonly leafKey: PairKey;
}

/** The CAs of the fuzzer: everything they issued, good and bad. */
export interface Chains {
  readonly book: ChainBook;
  readonly paths: readonly Path[];
  readonly anchors: readonly Certified[];
  /** An anchor that only some subjects are trusted to. */
  readonly narrowAnchor: Certified;
  /** Certificates that belong to no path: to be put where they do not belong. */
  readonly strays: readonly Certified[];
}

interface Extra {
  readonly flaw?: string;
  readonly uri?: string;
  readonly usage?: 'self' | 'issuer';
  readonly permits?: (subject: string) => boolean;
}

class Registrar {
  readonly issued = new Map<string, Issued>();
  readonly paths: Path[] = [];

  /** Notes a certificate, once, and gives the name it has in paths. */
  #note(certificate: Certified): string {
    const signed = certificate.signed.toString('latin1');
    const known = this.issued.get(signed);
    if (known !== undefined) return known.name;
    const { hash, identifier } = schemeOf(certificate.issuerKey);
    const name = `c${this.issued.size}`;
    const { publicKey } = certificate.issuerKey;
    this.issued.set(signed, {
      name,
      algorithm: identifier.toString('latin1'),
      issuerKey: publicKey,
      hash,
      pss: false,
    });
    return name;
  }

  /** Records a path, leaf first; the anchor is the last and is not part of it. */
  add(name: string, chain: readonly Certified[], anchor: Certified, extra: Extra = {}): void {
    const [leaf, ...issuers] = chain as [Certified, ...Certified[]];
    const names = chain.map((certificate) => this.#note(certificate));
    const all = [...chain, anchor];
    this.paths.push({
      name,
      chain,
      leafKey: leaf.key,
      certificates: names,
      flaw: extra.flaw,
      alg: leaf.key.alg,
      keyId: leaf.key.kid,
      keysAbove: [...issuers, anchor].map(({ key }) => key.kid),
      holds: holdsUnderKey(leaf.key.alg as 'ES256', leaf.key.publicKey),
      uri: extra.uri ?? ORDERS,
      usage: extra.usage ?? 'self',
      notBefore: Math.max(...all.map(({ notBefore }) => notBefore)),
      notAfter: Math.min(...all.map(({ notAfter }) => notAfter)),
      anchor: contentsOf(anchor.der),
      permits: extra.permits ?? (() => true),
    });
  }
}

const ca = (subject: string, key: PairKey, more: Partial<Plan> = {}): Plan => ({
  subject,
  key,
  extensions: CA_EXTENSIONS,
  ...more,
});

const leafPlan = (key: PairKey, more: Partial<Plan> = {}): Plan => ({
  subject: '',
  key,
  extensions: leafExtensions(ORDERS),
  ...more,
});

/** Issues everything from the same keys: only ECDSA signatures differ from run to run. */
export function makeChains(): Chains {
  const registrar = new Registrar();
  const key = (label: string, alg: 'ES256' | 'ES384' | 'Ed25519' | 'PS256' = 'ES256'): PairKey =>
    pairKey(alg, label);
  const root = certify(ca('Root', key('root')));
  const twinRoot = certify(ca('Root', key('root p384', 'ES384')));
  const edRoot = certify(ca('Ed Root', key('root ed', 'Ed25519')));
  const rsaRoot = certify(ca('RSA Root', key('2', 'PS256')));
  const stranger = certify(ca('Root', key('stranger')));

  const one = certify(ca('One', key('one')), root);
  const two = certify(ca('Two', key('two'), { extensions: [basicConstraints(0), keyUsage(5)] }), one);
  const limited = certify(
    ca('Limited', key('limited'), { extensions: [...CA_EXTENSIONS, nameConstraints(TRUST_DOMAIN)] }),
    twinRoot,
  );
  const expired = certify(ca('Expired', key('expired ca'), { notAfter: NOW - 10 }), root);
  const noCa = certify(ca('No CA', key('no ca'), { extensions: [keyUsage(5)] }), root);
  const tls = certify(
    ca('TLS', key('tls'), { extensions: [...CA_EXTENSIONS, extendedKeyUsage('1.3.6.1.5.5.7.3.1')] }),
    root,
  );

  const self = certify(leafPlan(key('leaf')), root);
  registrar.add('self under a root', [self], root);
  registrar.add('self on P-384', [certify(leafPlan(key('leaf p384', 'ES384')), root)], root);
  registrar.add('self on Ed25519', [certify(leafPlan(key('leaf ed', 'Ed25519')), edRoot)], edRoot);
  registrar.add('self with RSA', [certify(leafPlan(key('3', 'PS256')), rsaRoot)], rsaRoot);
  registrar.add('self under the twin root', [certify(leafPlan(key('leaf 2')), twinRoot)], twinRoot);
  registrar.add('self under one', [certify(leafPlan(key('leaf 3')), one), one], root);
  registrar.add('self under two', [certify(leafPlan(key('leaf 4')), two), two, one], root);
  registrar.add(
    'short lived',
    [certify(leafPlan(key('leaf 5'), { notBefore: NOW - 60, notAfter: NOW + 200 }), root)],
    root,
  );
  const issuer = { uri: STS, usage: 'issuer' } as const;
  const issuerExtensions = leafExtensions(STS, 'issuer');
  const unlimited = certify(leafPlan(key('issuer'), { extensions: issuerExtensions }), one);
  registrar.add('issuer under one', [unlimited, one], root, issuer);
  const workloadIssuer = leafExtensions(ORDERS, 'issuer');
  const underLimits = certify(leafPlan(key('issuer 2'), { extensions: workloadIssuer }), limited);
  registrar.add('issuer under limits', [underLimits, limited], twinRoot, {
    ...issuer,
    uri: ORDERS,
    permits: (subject) => matches(`spiffe://${TRUST_DOMAIN}/*`, subject),
  });

  const bad = (name: string, plan: Plan, by: readonly Certified[], anchor: Certified): void =>
    registrar.add(name, [certify(plan, by[0] ?? anchor), ...by], anchor, { flaw: name });
  bad('expired', leafPlan(key('bad 1'), { notAfter: NOW - 1 }), [], root);
  bad('not yet valid', leafPlan(key('bad 2'), { notBefore: NOW + 1 }), [], root);
  bad(
    'another usage',
    leafPlan(key('bad 3'), {
      extensions: [keyUsage(0), extendedKeyUsage('1.3.6.1.5.5.7.3.1'), subjectNames(uri(ORDERS))],
    }),
    [],
    root,
  );
  bad('no usage', leafPlan(key('bad 4'), { extensions: [keyUsage(0), subjectNames(uri(ORDERS))] }), [], root);
  bad(
    'a CA as leaf',
    leafPlan(key('bad 5'), { extensions: [...leafExtensions(ORDERS), basicConstraints()] }),
    [],
    root,
  );
  bad(
    'two URIs',
    leafPlan(key('bad 6'), {
      extensions: [...leafExtensions(ORDERS).slice(0, 2), subjectNames(uri(ORDERS), uri(`${ORDERS}/x`))],
    }),
    [],
    root,
  );
  bad('another trust domain', leafPlan(key('bad 7'), { extensions: leafExtensions(OTHER_DOMAIN) }), [], root);
  bad('self with a service URL', leafPlan(key('bad 8'), { extensions: leafExtensions(STS) }), [], root);
  bad(
    'under one of two, and it does not say which',
    leafPlan(key('bad 15'), { namesIssuer: false }),
    [],
    root,
  );
  bad('of a stranger', leafPlan(key('bad 9')), [], stranger);
  bad('under an expired CA', leafPlan(key('bad 10')), [expired], root);
  bad('under no CA', leafPlan(key('bad 11')), [noCa], root);
  bad('under a CA for TLS', leafPlan(key('bad 12')), [tls], root);
  bad('under a leaf', leafPlan(key('bad 13')), [self], root);
  const shallow = certify(
    ca('Shallow', key('shallow'), { extensions: [basicConstraints(0), keyUsage(5)] }),
    root,
  );
  const below = certify(ca('Below', key('below')), shallow);
  bad('below a path length', leafPlan(key('bad 14')), [below, shallow], root);

  const paths = new Map(registrar.paths.map((path) => [path.certificates.join(' '), path]));
  return {
    book: { issued: registrar.issued, paths },
    paths: registrar.paths,
    anchors: [root, twinRoot, edRoot],
    narrowAnchor: rsaRoot,
    strays: [root, twinRoot, stranger, one, two, limited, expired, self, below, shallow],
  };
}
