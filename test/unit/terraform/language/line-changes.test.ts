import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { lineChanges, type TextEdit } from '../../../../src/terraform/language/index.ts';

/** As an editor carries changes out: all at once, counted in the text as it was. */
function applied(text: string, changes: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = ({ line, character }: { line: number; character: number }): number => starts[line]! + character;
  return changes.toReversed().reduce((result, { range, text }) => result.slice(0, offset(range.start)) + text + result.slice(offset(range.end)), text);
}

describe('the changes that make one text of another', () => {
  const lines = fc.array(fc.constantFrom('', '}', 'a = 1', 'a   = 1', 'abc = 2', '  disk {'), { maxLength: 12 }).map((all) => all.join('\n'));

  it('make exactly the other text, for any two', () => {
    fc.assert(fc.property(lines, lines, (before, after) => assert.equal(applied(before, lineChanges(before, after)), after)));
  });

  it('touch nothing that stays', () => {
    assert.deepEqual(lineChanges('a=1\nb = 2\nc=3\n', 'a = 1\nb = 2\nc = 3\n').map(({ range, text }) => [range.start.line, range.start.character, range.end.character, text]), [[0, 1, 2, ' = '], [2, 1, 2, ' = ']]);
    assert.deepEqual(lineChanges('a = 1\r\nb = 2\r\n', 'a = 1\nb = 2\n'), []);
  });
});
