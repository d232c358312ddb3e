import { expect, it } from 'vitest';
import * as sdk from './index.ts';

it('exports what a service needs, and nothing else', () => {
  expect(Object.keys(sdk).sort()).toEqual([
    'WorkloadIdentityError',
    'createWorkloadIdentity',
    'identity',
    'isWorkloadIdentityError',
    'mint',
    'readConfiguration',
    'verify',
  ]);
});
