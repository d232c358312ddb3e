export { trustBundleSchema } from './schemas/bundle.ts';
export { claimsSchema } from './schemas/claims.ts';
export { closedObject } from './schemas/closed-object.ts';
export { describeIssues } from './schemas/describe-issues.ts';
export { type HeaderDocument, headerSchema } from './schemas/header.ts';
export {
  audienceSchema,
  issuerSchema,
  roleSchema,
  subjectPatternSchema,
  trustDomainSchema,
  workloadIdSchema,
} from './schemas/names.ts';
export { parseTrustBundle } from './schemas/parse-trust-bundle.ts';
export { referenceSchema, SECRET_ITSELF } from './schemas/secret-reference.ts';
export { isSecretItself } from './secret-look.ts';
