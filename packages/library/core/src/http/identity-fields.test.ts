import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropIdentityFields, isIdentityField } from './identity-fields.ts';

describe('isIdentityField', () => {
  it.each([
    'x-workload-identity',
    'X-Workload-Identity-Subject',
    'X-WORKLOAD-IDENTITY',
    'x-workload-identitysubject',
    'x_workload_identity_subject',
    'X-Workload_Identity-Subject',
    'X.Workload.Identity.Subject',
    'x~workload!identity*subject',
    'x-workload-identity ',
  ])('attack 46: knows %j, which could be taken for a caller', (name) => {
    expect(isIdentityField(name)).toBe(true);
  });

  it.each([
    '',
    'x',
    'x-workload',
    'x-workload-identit',
    'x-workload-identify',
    'x--workload-identity',
    'xx-workload-identity',
    'workload-identity-subject-of-x',
    'x-request-id-of-the-balancer',
    'authorization',
  ])('leaves %j alone', (name) => {
    expect(isIdentityField(name)).toBe(false);
  });

  it('attack 46: knows whatever a bridge to CGI makes the same variable of', () => {
    const variable = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    const unit = string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 });
    assert(
      property(unit, unit, unit, string({ unit: 'binary-ascii' }), (a, b, c, rest) => {
        const name = `x${a}Workload${b}identitY${c}${rest}`;
        return isIdentityField(name) === variable(name).startsWith('X_WORKLOAD_IDENTITY');
      }),
    );
  });
});

it('attack 46: such fields are dropped from a list, and from what was made of it', () => {
  const raw = [
    'A',
    'x-workload-identity',
    'X_Workload_Identity',
    'me',
    'x-workload-identity',
    'me',
    'B',
    '2',
  ];
  const view = { a: 'x-workload-identity', x_workload_identity: 'me', b: '2' };
  dropIdentityFields(raw, view, {});
  expect(raw).toEqual(['A', 'x-workload-identity', 'B', '2']);
  expect(view).toEqual({ a: 'x-workload-identity', b: '2' });
});
