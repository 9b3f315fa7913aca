import { describe, expect, it } from '@jest/globals';
import type { CriterionConfig } from '#train/losses/config.ts';
import { criterionNotation, parseCriterion } from '#train/losses/notation.ts';

const regression = { type: 'Regr3D', normMode: 'avg_dis', gtScale: false } as const;

describe('train/losses/notation: parseCriterion', () => {
  const cases: readonly (readonly [string, CriterionConfig])[] = [
    ['Regr3D(L21)', regression],
    [
      "Regr3D(criterion=L21, norm_mode='median_dis', gt_scale=True)",
      { ...regression, normMode: 'median_dis', gtScale: true },
    ],
    ['Regr3D(L21, None)', { ...regression, normMode: 'none' }],
    ["Regr3D(L21, 'avg_dis', True, dist_clip=5)", { ...regression, gtScale: true, distClip: 5 }],
    ['Regr3D_ScaleShiftInv(L21, gt_scale=True)', { type: 'Regr3D_ScaleShiftInv', normMode: 'avg_dis', gtScale: true }],
    ['ConfLoss(Regr3D(L21))', { type: 'ConfLoss', pixelLoss: regression, alpha: 1 }],
    ["ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)", { type: 'ConfLoss', pixelLoss: regression, alpha: 0.2 }],
    [
      'ConfLoss(2*Regr3D(L21), 0.2)',
      { type: 'ConfLoss', pixelLoss: { type: 'Scaled', factor: 2, loss: regression }, alpha: 0.2 },
    ],
    [
      '0.5*(Regr3D(L21) + Regr3D(L21)) + Regr3D(L21)*3',
      {
        type: 'Sum',
        terms: [
          { type: 'Scaled', factor: 0.5, loss: { type: 'Sum', terms: [regression, regression] } },
          { type: 'Scaled', factor: 3, loss: regression },
        ],
      },
    ],
    ['3*(2*Regr3D(L21))', { type: 'Scaled', factor: 3, loss: { type: 'Scaled', factor: 2, loss: regression } }],
  ];
  it.each(cases)('reads %s', (text, config) => {
    expect(parseCriterion(text)).toEqual(config);
    expect(parseCriterion(criterionNotation(config))).toEqual(config);
  });

  const known = 'Regr3D, Regr3D_ShiftInv, Regr3D_ScaleInv, Regr3D_ScaleShiftInv, ConfLoss';
  const mistakes: readonly (readonly [string, string])[] = [
    ['Regr2D(L21)', `unknown loss Regr2D; known: ${known} (column 1, near 'Regr2D(L21)')`],
    ['L21', `a loss is expected, such as Regr3D(L21); known: ${known} (column 1, near 'L21')`],
    ['Regr3D()', "Regr3D needs a distance first: L21 (column 1, near 'Regr3D()')"],
    ['Regr3D(L1)', "Regr3D: the distance L21 is expected first (column 8, near 'L1)')"],
    [
      'Regr3D(L21, sky=2)',
      "unknown argument sky of Regr3D; known: criterion, norm_mode, gt_scale, dist_clip (column 17, near '2)')",
    ],
    ["Regr3D(L21, 'avg_dis', norm_mode=None)", "the argument norm_mode is given twice (column 34, near 'None)')"],
    ['Regr3D(L21, None, False, 1, 2)', "Regr3D takes at most 4 arguments (column 29, near '2)')"],
    [
      "Regr3D(L21, norm_mode='avg')",
      "norm_mode of Regr3D: None or one of avg_dis, avg_log1p, avg_warp-log1p, median_dis, median_log1p, median_warp-log1p, sqrt_dis, sqrt_log1p, sqrt_warp-log1p is expected (column 23, near ''avg')')",
    ],
    ['Regr3D(L21, gt_scale=1)', "gt_scale of Regr3D: True or False is expected (column 22, near '1)')"],
    ['Regr3D(L21, dist_clip=-1)', "dist_clip of Regr3D: a positive number or None is expected (column 23, near '-1)')"],
    [
      'ConfLoss(alpha=1)',
      "ConfLoss needs a loss of pixels first, such as Regr3D(L21) (column 1, near 'ConfLoss(alpha=1)')",
    ],
    ['ConfLoss(Regr3D(L21), alpha=0)', "alpha of ConfLoss: a positive number is expected (column 29, near '0)')"],
    [
      'ConfLoss(Regr3D(L21) + ConfLoss(Regr3D(L21)))',
      "ConfLoss: a loss of pixels, such as Regr3D(L21), is expected inside (column 24, near 'ConfLoss(Regr3D(L21)))')",
    ],
    ['ConfLoss(L21)', `a loss is expected, such as Regr3D(L21); known: ${known} (column 10, near 'L21)')`],
    [
      'Regr3D(L21) * Regr3D(L21)',
      "a number * a loss, or a sum of losses, is expected (column 1, near 'Regr3D(L21) * Regr3D(L21')",
    ],
    ['10 @ Regr3D(L21)', "a number * a loss, or a sum of losses, is expected (column 1, near '10 @ Regr3D(L21)')"],
    ['inf*Regr3D(L21)', "a finite factor is expected (column 1, near 'inf*Regr3D(L21)')"],
  ];
  it.each(mistakes)('points at the mistake in %s', (text, message) => {
    expect(() => parseCriterion(text)).toThrow(new SyntaxError(`Python notation: ${message}`));
  });
});

describe('train/losses/notation: criterionNotation', () => {
  it('writes what the original reads', () => {
    const config: CriterionConfig = { type: 'ConfLoss', pixelLoss: regression, alpha: 0.2 };
    expect(criterionNotation(config)).toBe("ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)");
    const sum: CriterionConfig = {
      type: 'Sum',
      terms: [regression, { ...regression, normMode: 'none', gtScale: true }],
    };
    expect(criterionNotation({ type: 'Scaled', factor: 0.5, loss: sum })).toBe(
      "0.5 * (Regr3D(L21, norm_mode='avg_dis') + Regr3D(L21, norm_mode=None, gt_scale=True))",
    );
  });
});
