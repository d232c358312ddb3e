import ts from 'typescript';

export interface Import {
  /** Undefined when it is computed, so that nobody can tell what it will be. */
  readonly specifier: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** `static` runs when the module is loaded, `dynamic` when the call is reached, `type` never. */
  readonly kind: 'static' | 'dynamic' | 'type';
}

function onlyTypes(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function read(node: ts.Node): { specifier: ts.Node | undefined; kind: Import['kind'] } | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return { specifier: node.moduleSpecifier, kind: onlyTypes(node) ? 'type' : 'static' };
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    return { specifier: ts.isLiteralTypeNode(argument) ? argument.literal : argument, kind: 'type' };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isResolve = /^(require|import\.meta\.resolve)$/.test(node.expression.getText());
  return isImport || isResolve ? { specifier: node.arguments[0], kind: 'dynamic' } : undefined;
}

/** Every module that a TypeScript file names. */
export function readImports(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = read(node);
    if (found?.specifier) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const specifier = ts.isStringLiteralLike(found.specifier) ? found.specifier.text : undefined;
      imports.push({ specifier, line, kind: found.kind });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}
