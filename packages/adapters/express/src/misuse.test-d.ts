import type { Verifier } from '@workload-identity/core';
import express4or5, { type RequestHandler } from 'express';
import { authenticate, authorize } from './index.ts';

declare const identity: Verifier;
const app = express4or5();

// Uses
app.use(authenticate(identity));
app.use('/x', authenticate(identity, { audience: ['a'], optional: true }));
app.post(
  '/x',
  authorize({ subjects: ['spiffe://a.example/b'] }),
  authorize({ anyCaller: true }),
  (req, res) => {
    const subject: string | undefined = req.caller?.subject;
    res.json({ subject });
  },
);
export const handler: RequestHandler = authorize({ subjects: ['spiffe://a.example/b'], roles: ['r'] });

// @ts-expect-error: an identity is required
authenticate();
// @ts-expect-error: a verifying function is not an identity
authenticate(identity.verify);
// @ts-expect-error: no such option
authenticate(identity, { credentialsRequired: false });
// @ts-expect-error: who may call is the business of authorize
authenticate(identity, { roles: ['r'] });
// @ts-expect-error: a policy is required
authorize();
// @ts-expect-error: a policy that says nothing
authorize({});
// @ts-expect-error: `anyCaller` is only ever true
authorize({ anyCaller: false });
// @ts-expect-error: `anyCaller` stands alone
authorize({ anyCaller: true, roles: ['r'] });
// @ts-expect-error: a list
authorize({ subjects: 'spiffe://a.example/b' });
// @ts-expect-error: never a regular expression
authorize({ subjects: [/b/] });

app.get('/x', (req) => {
  // @ts-expect-error: there may be no caller
  req.caller.subject;
  // @ts-expect-error: it cannot be written
  req.caller = undefined;
});
