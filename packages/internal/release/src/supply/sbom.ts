import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { closure, type Installed, readInstalled } from './installed.ts';

const purlOf = ({ name, version }: Installed): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function componentOf(installed: Installed): Models.Component {
  const { name, version, license } = installed;
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const component = new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    version,
    bomRef: purlOf(installed),
    ...(scope === undefined ? undefined : { group: scope }),
  });
  component.purl = purlOf(installed) as never;
  if (license !== undefined) component.licenses.add(new Models.LicenseExpression(license));
  return component;
}

/** The bill of materials of one package, CycloneDX 1.6 as JSON: all it needs at run time, and what needs what. */
export function billOfMaterials(path: string): string {
  const all = closure(readInstalled(path));
  const components = new Map(all.map((one) => [one, componentOf(one)]));
  for (const [one, component] of components) {
    for (const next of one.needs) {
      const needed = components.get(next);
      if (needed !== undefined) component.dependencies.add(needed.bomRef);
    }
  }
  const [top, ...rest] = components.values();
  const bom = new Models.Bom();
  if (top !== undefined) bom.metadata.component = top;
  for (const component of rest) bom.components.add(component);
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}
