import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** One fault as ajv tells it. */
interface Fault {
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

/** Where a bill of materials breaks the schema that CycloneDX publishes for 1.6, a line each. The library carries the schema. */
export async function sbomProblems(text: string): Promise<readonly string[]> {
  const faults = ((await validator.validate(text)) ?? []) as readonly Fault[];
  return faults.map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}
