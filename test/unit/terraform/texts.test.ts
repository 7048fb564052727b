import '../../support/property-seed.ts';
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { childrenOf, type HclBody, type HclExpression, type HclParser } from '../../../src/terraform/syntax/index.ts';
import { textsIn } from '../../../src/terraform/project/texts.ts';
import { testHclParser } from '../../support/hcl.ts';

/** What may mislead who looks for the end of a text. */
const word = fc.array(fc.constantFrom('a', 'file.yml', '/', '//', '#', '/*', '*/', '{', '}', '<<', '<<EOT', '$', '%', '$${x}', '%%{x}', ' ', '(', ']', '=', '\\"', 'ä'), { maxLength: 6 }).map((parts) => parts.join('').replaceAll(/[$%]+(?=$|\{)/g, (signs) => (signs.length === 2 ? signs : '')));
const { expression } = fc.letrec<{ expression: string; text: string }>((tie) => ({
  text: fc.oneof({ depthSize: 'small' }, word.map((one) => `"${one}"`), fc.tuple(word, tie('expression'), word).map(([head, inner, rest]) => `"${head.replace(/[$%]+$/, '')}\${${inner}}${rest}"`)),
  expression: fc.oneof({ depthSize: 'small' }, fc.constantFrom('1', 'var.x', 'path.module'), tie('text'), fc.tuple(tie('text'), tie('expression')).map(([a, b]) => `f(${a}, ${b})`), fc.tuple(tie('expression')).map(([a]) => `[${a}]`), fc.tuple(tie('text')).map(([a]) => `{ k = ${a} }`)),
}));
const item = fc.oneof(
  expression.map((value) => `  a = ${value}\n`), word.map((one) => `  # "${one.replaceAll('\n', '')}\n`), fc.constant('  /* " */\n'), fc.constant('  // "\n'),
  expression.map((value) => `  h = <<-EOT\n    it's "so\n    \${${value}} }\n  EOT\n`),
);
const code = fc.array(item, { maxLength: 6 }).map((items) => `resource "t" "n" {\n${items.join('')}}\n`);

describe('the texts in Terraform code, in which files may be named', () => {
  let parser: HclParser;
  before(async () => (parser = await testHclParser()));

  /** Those that the parser knows, heredocs aside. */
  function known(body: HclBody): string[] {
    const within = (one: HclExpression): string[] => [
      ...(one.kind === 'string' || (one.kind === 'template' && !one.heredoc && one.value !== undefined) ? [one.value ?? ''] : []), ...childrenOf(one).flatMap(within),
    ];
    return [...body.attributes.flatMap(({ value }) => within(value)), ...body.blocks.flatMap((block) => [...block.labels, ...known(block.body)])];
  }

  it('are all that the parser of the language features knows', () => {
    let seen = 0;
    fc.assert(fc.property(code, (text) => {
      const document = parser.parse(text);
      fc.pre(document.problems.length === 0);
      const found = textsIn(text).map(({ pieces }) => (pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : undefined));
      const wanted = known(document);
      seen += wanted.length;
      for (const one of wanted) assert.ok(found.includes(one), `${one} in\n${text}`);
    }), { numRuns: 500 });
    assert.ok(seen > 1_000, String(seen));
  });

  it('are found in JSON, and in what no parser reads', () => {
    fc.assert(fc.property(fc.array(word.map((one) => one.replaceAll(/\\|\$|%/g, ''))), (words) => {
      const found = textsIn(JSON.stringify({ resource: words })).flatMap(({ pieces }) => pieces);
      for (const one of words) if (one !== '') assert.ok(found.includes(one), one);
    }));
    assert.deepEqual(textsIn('a = [file("x.yml"\n} b = "${path.module}/y.yml"\n').map(({ pieces }) => pieces), [['x.yml'], [{ expression: 'path.module' }, '/y.yml']]);
  });
});
