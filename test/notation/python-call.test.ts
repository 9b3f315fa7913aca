import { describe, expect, it } from '@jest/globals';
import { type Expression, literalValue, parseCall, parseExpression } from '#notation/python-call.ts';

/** An expression with every operation in parentheses. */
function spell(expression: Expression): string {
  switch (expression.kind) {
    case 'binary':
      return `(${spell(expression.left)}${expression.operator}${spell(expression.right)})`;
    case 'call': {
      const keywords = [...expression.keywords].map(([key, value]) => `${key}=${spell(value)}`);
      return `${expression.name}(${[...expression.positional.map(spell), ...keywords].join(',')})`;
    }
    case 'tuple':
    case 'list':
      return `${expression.kind}[${expression.items.map(spell).join(',')}]`;
    case 'name':
      return expression.name;
    case 'none':
      return 'None';
    case 'number':
    case 'string':
    case 'boolean':
      return JSON.stringify(expression.value);
  }
}

const spelled = (text: string) => spell(parseExpression(text));

describe('notation/python-call: parseCall', () => {
  it("gives a model's constructor arguments as plain data", () => {
    const text =
      "AsymmetricCroCo3DStereo(pos_embed='RoPE100', patch_embed_cls='ManyAR_PatchEmbed', img_size=(512, 512), " +
      "head_type='dpt', output_mode='pts3d', depth_mode=('exp', -inf, inf), conf_mode=('exp', 1, inf), enc_depth=24, " +
      'freeze=None, landscape_only=False)';
    expect(parseCall(text)).toEqual({
      name: 'AsymmetricCroCo3DStereo',
      positional: [],
      kwargs: {
        pos_embed: 'RoPE100',
        patch_embed_cls: 'ManyAR_PatchEmbed',
        img_size: [512, 512],
        head_type: 'dpt',
        output_mode: 'pts3d',
        depth_mode: ['exp', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
        conf_mode: ['exp', 1, Number.POSITIVE_INFINITY],
        enc_depth: 24,
        freeze: null,
        landscape_only: false,
      },
    });
  });

  it('gives positional arguments apart', () => {
    expect(parseCall("f(1, [2, (3,)], key='a',)")).toEqual({
      name: 'f',
      positional: [1, [2, [3]]],
      kwargs: { key: 'a' },
    });
  });

  it('refuses what is no call and what is no plain value', () => {
    expect(() => parseCall('CroCoNet')).toThrow('a call such as Name(key=value) is expected (column 1');
    expect(() => parseCall('CroCoNet(norm=partial(eps=1))')).toThrow(
      'a plain value (number, string, True, False, None',
    );
    expect(() => parseCall('CroCoNet(norm=LayerNorm)')).toThrow("column 15, near 'LayerNorm)'");
  });

  it('keeps a key named like a property of objects as a plain key', () => {
    expect(Object.entries(parseCall('f(__proto__=1)').kwargs)).toEqual([['__proto__', 1]]);
  });
});

describe('notation/python-call: parseExpression', () => {
  it.each([
    ['a + b * c', '(a+(b*c))'],
    ['a * b @ c * d', '(((a*b)@c)*d)'],
    ['1_000 @ A() + 2 @ B(x=1) + C', '(((1000@A())+(2@B(x=1)))+C)'],
    ['(a + b) * c', '((a+b)*c)'],
    ['+ 5 @ A()', '(5@A())'],
    ['--2 * -inf', '(2*null)'],
    ['()', 'tuple[]'],
    ['(a)', 'a'],
    ['(a,)', 'tuple[a]'],
    ['((1,),)', 'tuple[tuple[1]]'],
    ['[(1, 2), [],]', 'list[tuple[1,2],list[]]'],
    ['f(a, (b), k=f(), l=[None, True])', 'f(a,b,k=f(),l=list[None,true])'],
    ['ConfLoss(Regr3D(L21, norm_mode="avg_dis"), alpha=0.2)', 'ConfLoss(Regr3D(L21,norm_mode="avg_dis"),alpha=0.2)'],
  ])('reads %s as Python does', (text, expected) => {
    expect(spelled(text)).toBe(expected);
  });

  it('reads a recipe over several lines', () => {
    const text = " + 100_000 @ Co3d(split='train', aug_crop=16,\n resolution=[(512, 384), (512, 336)])\n + 5 @ Waymo()";
    expect(spelled(text)).toContain('((100000@Co3d(split="train",aug_crop=16,resolution=list[');
  });

  it('gives each expression its place', () => {
    expect(parseExpression(' a + f(-1)')).toMatchObject({
      at: 1,
      right: { at: 5, positional: [{ value: -1, at: 7 }] },
    });
  });

  it('reads nan and inf as numbers', () => {
    expect(literalValue(parseExpression('(nan, -inf)'), '')).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  });

  it.each([
    ['', 'a value is expected (column 1, at the end)'],
    ['f(', 'a value is expected (column 3, at the end)'],
    ['f(a b)', "',' or ')' is expected (column 5, near 'b)')"],
    ['f(a=1, b)', 'a positional argument follows keyword arguments (column 8'],
    ['f(a=1, a=2)', 'the argument a is given twice'],
    ['f(,)', 'a value is expected (column 3'],
    ['f(a,,b)', 'a value is expected (column 5'],
    ['a b', "an operator, ',' or the end is expected (column 3"],
    ['a +', 'a value is expected'],
    ['-a', "'-' is allowed before numbers only (column 1"],
    ['a - b', 'the end is expected'],
    ['f(a)(b)', 'the end is expected (column 5'],
    ['[1, 2', "',' or ']' is expected"],
    ['{1: 2}', "unexpected character (column 1, near '{1: 2}')"],
    ["__import__('os').system('x')", 'unexpected character'],
    ['lambda: 0', 'unexpected character'],
    ['f(\n  a=1,\n  a=2)', 'line 3, column 3'],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
    expect(() => parseExpression(text)).toThrow(SyntaxError);
  });

  it('bounds depth and length', () => {
    expect(spelled(`${'('.repeat(60)}1${')'.repeat(60)}`)).toBe('1');
    expect(() => parseExpression('('.repeat(5_000))).toThrow('nested deeper than 64');
    expect(() => parseExpression('f('.repeat(5_000))).toThrow('nested deeper than 64');
    expect(() => parseExpression(Array(1_000).fill('a').join('+'))).toThrow('more than 256 operators');
    expect(spelled(`${'-'.repeat(19_998)}1`)).toBe('1');
  });
});
