/** Finds words that a person sees and that no catalogue knows, in sources with JSX. */
import ts from "typescript";

export interface LooseString {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Elements of Lingui: what is inside is in a catalogue. */
const macroElements = new Set(["Trans", "Plural", "Select", "SelectOrdinal"]);
const macroTags = new Set(["t", "msg", "defineMessage"]);

/** Attributes, and fields of objects given to components, that end on the screen or are read out. */
const visibleNames = new Set([
  "advice",
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "aria-valuetext",
  "caption",
  "confirmLabel",
  "done",
  "error",
  "header",
  "hint",
  "intro",
  "label",
  "money",
  "placeholder",
  "summary",
  "text",
  "title",
  "unit",
]);

/** The same in every language: names, SI's symbols, and CSS. */
const namesAndSymbols =
  /\b(?:OpenJoule|Natural Earth|QualiCharge|Licence Ouverte 2\.0|kWh|Wh|kW|W|km|m)\b|var\(--[\w-]+\)|^--[\w-]+$/g;
const saysSomething = (text: string) => /\p{L}/u.test(text.replace(namesAndSymbols, ""));
/** Begins like a sentence and has more than one word: hardly anything but words for people. */
const isSentence = (text: string) => /^\p{Lu}\p{Ll}*\s+.*\p{Ll}{2}/u.test(text) && saysSomething(text);

/** Every string in a source that a person may see and that is in no catalogue. */
export function looseStrings(path: string, source: string): LooseString[] {
  const kind = path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind);
  const found = new Map<number, LooseString>();
  const report = (node: ts.Node, text: string) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.set(node.getStart(file), { line, text: text.trim() });
  };

  /** The texts that an expression may become. */
  function texts(expression: ts.Expression): [ts.Node, string][] {
    if (ts.isStringLiteralLike(expression)) return [[expression, expression.text]];
    if (ts.isTemplateExpression(expression)) {
      const parts = [expression.head.text, ...expression.templateSpans.map(({ literal }) => literal.text)];
      return [[expression, parts.join(" ")]];
    }
    if (ts.isParenthesizedExpression(expression)) return texts(expression.expression);
    if (ts.isConditionalExpression(expression)) return [...texts(expression.whenTrue), ...texts(expression.whenFalse)];
    if (ts.isBinaryExpression(expression)) return [...texts(expression.left), ...texts(expression.right)];
    return [];
  }
  const check = (expression: ts.Expression) => {
    // A comparison's strings are not shown: `kind === "tax" && …`.
    if (ts.isBinaryExpression(expression) && isComparison(expression.operatorToken.kind)) return;
    for (const [node, text] of texts(expression)) {
      const { parent } = node;
      if (ts.isBinaryExpression(parent) && isComparison(parent.operatorToken.kind)) continue;
      if (saysSomething(text)) report(node, text);
    }
  };

  function visit(node: ts.Node): void {
    if (isHandled(node)) return;
    if (ts.isJsxText(node) && saysSomething(node.text)) report(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) check(node.expression);
    if (ts.isJsxAttribute(node) && node.initializer && visibleNames.has(node.name.getText(file))) {
      if (ts.isStringLiteral(node.initializer)) check(node.initializer);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression) check(node.initializer.expression);
    }
    if (ts.isPropertyAssignment(node) && visibleNames.has(node.name.getText(file))) check(node.initializer);
    if (isDocumentTitle(node)) check(node.right);
    if (ts.isStringLiteralLike(node) && isSentence(node.text) && !ts.isImportDeclaration(node.parent)) {
      report(node, node.text);
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return [...found.values()];
}

const isComparison = (kind: ts.SyntaxKind) =>
  kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;

/** Lingui's own, errors (for developers and the folded details), types, and what says that it is not translated. */
function isHandled(node: ts.Node): boolean {
  if (ts.isTypeNode(node)) return true;
  if (ts.isThrowStatement(node)) return true;
  if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) return true;
  if (ts.isTaggedTemplateExpression(node)) return macroTags.has(node.tag.getText());
  if (ts.isCallExpression(node)) return /^(?:t|msg|defineMessage|(?!set)\w*Error)$/.test(node.expression.getText());
  if (ts.isJsxSelfClosingElement(node)) return macroElements.has(node.tagName.getText());
  if (!ts.isJsxElement(node)) return false;
  const { tagName, attributes } = node.openingElement;
  return macroElements.has(tagName.getText()) || /\btranslate="no"/.test(attributes.getText());
}

function isDocumentTitle(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    node.left.getText() === "document.title"
  );
}
