// Imports what it is told to import, as a user would, and says what it saw. Runs on Node 20.19.
const mostExports = 15;
let count = 0;

/**
 * @param {string} specifier
 * @param {string} text
 */
const problem = (specifier, text) => {
  console.error(`problem: Node ${process.version}: ${specifier}: ${text}`);
  process.exitCode = 1;
};

for (const specifier of process.argv.slice(2)) {
  try {
    const isJson = specifier.endsWith('.json');
    const loaded = isJson ? await import(specifier, { with: { type: 'json' } }) : await import(specifier);
    const names = Object.keys(loaded);
    if (!isJson && names.includes('default')) problem(specifier, 'has a default export');
    if (names.length === 0) problem(specifier, 'exports nothing');
    if (names.length > mostExports)
      problem(specifier, `exports ${names.length} names, more than ${mostExports}`);
    count += 1;
  } catch (error) {
    problem(specifier, String(error));
  }
}
console.log(`Node ${process.version}: imported ${count} of ${process.argv.length - 2} public entries`);
