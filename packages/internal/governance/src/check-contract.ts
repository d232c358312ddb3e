// Compares the contract with the last release and runs both against each other. Fails on what is not additive.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkContract, updateReport } from './check.ts';

const { values } = parseArgs({
  options: { root: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const root = values.root ?? fileURLToPath(new URL('../../../../', import.meta.url));

const result = await checkContract(root);
const { release, differences, compatibility } = result;
const broken = differences.filter(({ additive }) => additive === undefined);
const problems = [...result.problems, ...updateReport(root, result, values.write && broken.length === 0)];

console.log(
  `compared with ${release.version}${release.published ? '' : ', a draft that was never published'}`,
);
for (const { what, additive } of differences)
  if (additive !== undefined) console.log(`additive: ${what}: ${additive}`);
for (const { what, breaks } of broken) {
  console.error(`breaking: ${what}`);
  for (const line of breaks) console.error(`  ${line}`);
}
for (const problem of problems) console.error(`problem: ${problem}`);

const { outcomes, vectors } = compatibility;
const accepted = outcomes.filter(({ failure }) => failure === undefined).length;
console.log(
  `${outcomes.length} tokens minted on one side and verified on the other, ${accepted} accepted as what they are`,
);
for (const { name, count, failures } of vectors)
  console.log(`${name}: ${count - failures.length} of ${count}`);
console.log(
  `${differences.length - broken.length} additive, ${broken.length} breaking, ${problems.length} problems`,
);
if (broken.length > 0) {
  console.error(
    'A released version of the contract never changes; there is no exception. See docs/contract/changing.md',
  );
}
process.exitCode = broken.length + problems.length > 0 ? 1 : 0;
