import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import type { HclBody, HclDocument, HclExpression, HclParser } from '../../../../src/terraform/syntax/index.ts';
import { testHclParser } from '../../../support/hcl.ts';

let parser: HclParser;
before(async () => {
  parser = await testHclParser();
});

/** A body in few words, one line per attribute or block. */
function outline(body: HclBody, indent = ''): string[] {
  const items = [
    ...body.attributes.map((attribute) => ({ range: attribute.range, lines: [`${indent}${attribute.name} = ${short(attribute.value)}`] })),
    ...body.blocks.map((block) => ({ range: block.range, lines: [`${indent}${[block.type, ...block.labels].join(' ')}`, ...outline(block.body, `${indent}  `)] })),
  ];
  return items.toSorted((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character).flatMap(({ lines }) => lines);
}

function short(expression: HclExpression): string {
  switch (expression.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return JSON.stringify(expression.value);
    case 'list':
      return `[${expression.items.map(short).join(', ')}]`;
    case 'object':
      return `{${expression.members.map(({ name, key, value }) => `${name ?? short(key)}: ${short(value)}`).join(', ')}}`;
    case 'traversal':
      return `${expression.root}${expression.steps.map((step) => (step.kind === 'attribute' ? `.${step.name}` : step.kind === 'index' ? `[${short(step.index)}]` : '[*]')).join('')}`;
    case 'template':
      return expression.value === undefined ? `template(${expression.parts.map(short).join(', ')})` : `heredoc ${JSON.stringify(expression.value)}`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(short).join(', ')})`;
    case 'for':
      return `for ${expression.names.join(',')} (${expression.parts.map(short).join(', ')})`;
    case 'other':
      return `(${expression.parts.map(short).join(' ')})`;
    default:
      return expression.kind;
  }
}

const problems = (document: HclDocument): string[] => document.problems.map(({ range, message }) => `${String(range.start.line + 1)}:${String(range.start.character + 1)} ${message}`);

describe('parsing HCL', () => {
  it('reads blocks, attributes and every kind of expression', () => {
    const document = parser.parse(`# a guest
resource "proxmox_virtual_environment_vm" "web" {
  name    = "we\\"b \${"$"}{x}" // name
  vm_id   = -100
  on_boot = true
  pool_id = null
  tags    = ["a", local.b]
  nodes   = { a = 1, "b" : var.c, (var.d) = 2 }
  x       = module.net.ids[0].*.name
  y       = { for k, v in var.m : k => upper(v) if v != "" }
  z       = var.a ? "x-\${var.b}" : 1 + 2
  text    = <<-EOT
    hello
      world
  EOT
  disk { size = 20 }
}
locals {}
`);
    assert.deepEqual(problems(document), []);
    assert.deepEqual(outline(document), [
      'resource proxmox_virtual_environment_vm web',
      '  name = template("$")',
      '  vm_id = -100',
      '  on_boot = true',
      '  pool_id = null',
      '  tags = ["a", local.b]',
      '  nodes = {a: 1, b: var.c, (var.d): 2}',
      '  x = module.net.ids[0][*].name',
      '  y = for k,v (var.m, k, upper(v), (v ""))',
      '  z = (var.a template(var.b) (1 2))',
      '  text = heredoc "hello\\n  world\\n"',
      '  disk ',
      '    size = 20',
      'locals',
    ].map((line) => line.trimEnd()));
    assert.deepEqual(document.comments.map(({ text }) => text), ['# a guest', '// name']);
  });

  const broken: readonly [what: string, text: string, outline: readonly string[], problems: readonly string[]][] = [
    ['an attribute without a value', 'vm "a" {\n  memory =\n  cores = 2\n}\n', ['vm a', '  memory = missing', '  cores = 2'], ['2:3 memory has no value: write one after the =.']],
    ['a bare word', 'vm "a" {\n  mem\n  cores = 2\n}\n', ['vm a', '  cores = 2'], ['2:3 mem is neither an attribute (mem = …) nor a block (mem { … }).']],
    ['a text that is not closed', 'vm "a" {\n  name = "we\n  cores = 2\n}\n', ['vm a', '  name = missing', '  cores = 2'], ['2:10 This text is not closed: a " is missing on this line.']],
    ['a reference that ends with a dot', 'vm "a" {\n  name = var.\n  cores = 2\n}\n', ['vm a', '  name = missing', '  cores = 2'], ['2:3 The value of name ends too early.']],
    ['a block that is not closed', 'vm "a" {\n  cpu {\n    cores = 2\n}\n\nresource "x" "y" {\n  a = 1\n}\n\nlocals {\n}\n', ['vm a', '  cpu', '    cores = 2', 'resource x y', '  a = 1', 'locals'], ['1:8 This { is not closed: a } is missing below it.']],
    ['a list that is not closed', 'vm "a" {\n  tags = ["a", "b"\n  cores = 2\n}\n', ['vm a', '  tags = missing', '  cores = 2'], ['2:10 This [ is not closed: a ] is missing.']],
    ['a brace too many', 'vm "a" {\n}\n}\nlocals {\n  a = 1\n}\n', ['vm a', 'locals', '  a = 1'], ['3:1 There is nothing that this } closes.']],
    ['two attributes on one line', 'vm "a" {\n  a = 1 b = 2\n}\n', ['vm a', '  a = 1', '  b = 2'], ['2:9 This stands on the line of what is before it: begin a new line.']],
    ['a heredoc that is not closed', 'vm "a" {\n  a = <<EOT\n hi\n}\n\nlocals {\n  a = 1\n}\n', ['vm a', '  a = heredoc " hi\\n}\\n\\n\\n"', 'locals', '  a = 1'], ['2:7 This text is not closed: a line with EOT alone is missing.']],
    ['a head alone', 'resource "a" "b"\nlocals {\n  a = 1\n}\n', ['locals', '  a = 1'], ['1:1 Terraform does not expect resource here.']],
  ];
  for (const [what, text, expected, told] of broken) {
    it(`goes on around ${what}`, () => {
      const document = parser.parse(text);
      assert.deepEqual(outline(document), expected);
      assert.deepEqual(problems(document), told);
    });
  }

  it('finds what stands at a position', () => {
    const document = parser.parse('locals {\n  a = 1\n}\n\nresource "x" "y" {\n  disk {\n    size = max(var.size, 20)\n  }\n}\n');
    const place = document.at({ line: 6, character: 19 });
    assert.deepEqual(place.blocks.map(({ type }) => type), ['resource', 'disk']);
    assert.equal(place.attribute?.name, 'size');
    assert.deepEqual(place.expressions.map(short), ['max(var.size, 20)', 'var.size']);
    assert.equal(document.at({ line: 4, character: 11 }).head?.type, 'resource');
    assert.deepEqual(document.at({ line: 3, character: 0 }).blocks, []);
  });

  it('takes over what an edit did not touch', () => {
    const block = (name: string, more = ''): string => `resource "x" "${name}" {\n  a = 1\n${more}}\n`;
    const first = parser.parse(block('one') + block('two') + block('three'));
    const second = parser.parse(block('one') + block('two', '  b = 2\n') + block('three'), first);
    assert.equal(second.sections[0], first.sections[0]);
    assert.notEqual(second.sections[1]?.content, first.sections[1]?.content);
    assert.equal(second.sections[2]?.content, first.sections[2]?.content);
    assert.equal(second.blocks[2]?.range.start.line, 7);
    assert.equal(second.blocks[2]?.body.attributes[0]?.range.start.line, 8);
  });

  it('gives the same after any edits as from scratch', () => {
    const pieces = ['resource "x" "y" {\n', '  a = 1\n', '  disk {\n', '}\n', '"', '{', '}', '\n', '# c\n', 'a = <<EOT\n', 'EOT\n', 'locals {\n', '[', '${', 'é', '/*', '*/', 'x.', ' = ', '\r\n'];
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: fc.array(fc.constantFrom(...pieces), { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
        let text = start.join('');
        let document = parser.parse(text);
        for (const { at, remove, insert } of edits) {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + insert.join('') + text.slice(from + remove);
          document = parser.parse(text, document);
        }
        const scratch = parser.parse(text);
        assert.equal(document.sections.map(({ content }) => content.text).join(''), text);
        assert.deepEqual(outline(document), outline(scratch));
        assert.deepEqual(document.problems, scratch.problems);
      }),
      { numRuns: 300 },
    );
  });
});
