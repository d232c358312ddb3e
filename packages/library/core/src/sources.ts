export { type JsonText, readJsonText } from './bundle/json-text.ts';
export { SOURCE_SECONDS, withTimeLimit } from './refresh/time-limit.ts';
export { describeFile, describeLabel, describeReference, nameOfFile } from './sources/describe-source.ts';
export { FileRefusal, type FileRules } from './sources/file-rules.ts';
export { markOfFile, readSourceFile, readSourceFileSync } from './sources/read-file.ts';
export { readReference } from './sources/read-secret.ts';
