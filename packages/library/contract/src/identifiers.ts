export { isSubjectPattern, isWorkloadId } from './identifier.ts';
export { isAudience, isIssuer, isRole } from './names.ts';
