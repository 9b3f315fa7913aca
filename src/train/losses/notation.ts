import { type NormMode, normModes } from '#geometry/normalize.ts';
import { type Expression, type PythonValue, parseExpression } from '#notation/python-call.ts';
import { syntaxError } from '#notation/python-tokens.ts';
import { type Call, CallArguments } from './call-arguments.ts';
import {
  type Combined,
  type ConfidenceConfig,
  type CriterionConfig,
  type PixelLossConfig,
  type RegressionConfig,
  regressionTypes,
} from './config.ts';

/**
 * Reads a criterion in the original's notation: `L21` inside the regression losses, these inside `ConfLoss`, sums, and
 * multiples such as `0.5 * (a + b)`, which multiply all of a sum (the original's only its first term).
 * @throws SyntaxError that points at the place: unknown losses and arguments, wrong types, values out of range
 * @example parseCriterion("ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)")
 */
export function parseCriterion(text: string): CriterionConfig {
  return combined<RegressionConfig | ConfidenceConfig>(parseExpression(text), text, (call) =>
    call.name === 'ConfLoss' ? confidence(call, text) : regression(call, text),
  );
}

/** The text that parseCriterion reads as this description; nested sums become one. */
export function criterionNotation(config: CriterionConfig): string {
  switch (config.type) {
    case 'Sum':
      return config.terms.map(criterionNotation).join(' + ');
    case 'Scaled': {
      const loss = criterionNotation(config.loss);
      const isCall = config.loss.type !== 'Sum' && config.loss.type !== 'Scaled';
      return `${config.factor} * ${isCall ? loss : `(${loss})`}`;
    }
    case 'ConfLoss':
      return `ConfLoss(${criterionNotation(config.pixelLoss)}, alpha=${config.alpha})`;
    default:
      return regressionNotation(config);
  }
}

function regressionNotation({ type, normMode, gtScale = false, distClip }: RegressionConfig): string {
  const mode = normMode === 'none' ? 'None' : `'${normMode}'`;
  const scale = gtScale ? ', gt_scale=True' : '';
  const clip = distClip === undefined ? '' : `, dist_clip=${distClip}`;
  return `${type}(L21, norm_mode=${mode}${scale}${clip})`;
}

const known = `${regressionTypes.join(', ')}, ConfLoss`;

/** Sums and multiples of whatever `leaf` makes of a call. */
function combined<Loss extends object>(
  expression: Expression,
  text: string,
  leaf: (call: Call) => Loss,
): Combined<Loss> {
  if (expression.kind === 'call') return leaf(expression);
  if (expression.kind !== 'binary')
    throw syntaxError(`a loss is expected, such as Regr3D(L21); known: ${known}`, text, expression.at);
  const { operator, left, right, at } = expression;
  if (operator === '+') {
    const terms = [left, right].map((term) => combined(term, text, leaf)).flatMap(termsOf);
    return { type: 'Sum', terms };
  }
  if (operator === '*' && left.kind === 'number') return scaled(left, right);
  if (operator === '*' && right.kind === 'number') return scaled(right, left);
  throw syntaxError(`a number * a loss, or a sum of losses, is expected`, text, at);

  function scaled(factor: Extract<Expression, { kind: 'number' }>, loss: Expression): Combined<Loss> {
    if (!Number.isFinite(factor.value)) throw syntaxError('a finite factor is expected', text, factor.at);
    return { type: 'Scaled', factor: factor.value, loss: combined(loss, text, leaf) };
  }
}

function termsOf<Loss extends object>(loss: Combined<Loss>): readonly Combined<Loss>[] {
  return 'terms' in loss ? loss.terms : [loss];
}

function regression(call: Call, text: string): RegressionConfig {
  const type = regressionTypes.find((name) => name === call.name);
  if (!type) throw syntaxError(`unknown loss ${call.name}; known: ${known}`, text, call.at);
  const given = new CallArguments(call, ['criterion', 'norm_mode', 'gt_scale', 'dist_clip'], text);
  const distance = given.expression('criterion', 'a distance first: L21');
  if (distance.kind !== 'name' || distance.name !== 'L21')
    throw syntaxError(`${type}: the distance L21 is expected first`, text, distance.at);
  const distClip = given.literal('dist_clip', 'a positive number or None', readClip, Number.POSITIVE_INFINITY);
  return {
    type,
    normMode: given.literal('norm_mode', `None or one of ${normModes.join(', ')}`, readNormMode, 'avg_dis'),
    gtScale: given.literal('gt_scale', 'True or False', readBoolean, false),
    ...(Number.isFinite(distClip) && { distClip }),
  };
}

function confidence(call: Call, text: string): ConfidenceConfig {
  const given = new CallArguments(call, ['pixel_loss', 'alpha'], text);
  const inner = given.expression('pixel_loss', 'a loss of pixels first, such as Regr3D(L21)');
  const pixelLoss: PixelLossConfig = combined<RegressionConfig>(inner, text, (leaf) => {
    if (leaf.name !== 'ConfLoss') return regression(leaf, text);
    throw syntaxError('ConfLoss: a loss of pixels, such as Regr3D(L21), is expected inside', text, leaf.at);
  });
  return { type: 'ConfLoss', pixelLoss, alpha: given.literal('alpha', 'a positive number', readPositive, 1) };
}

function readNormMode(value: PythonValue): NormMode | 'none' | undefined {
  if (value === null || value === false) return 'none';
  return normModes.find((mode) => mode === value);
}

function readBoolean(value: PythonValue): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function readPositive(value: PythonValue): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
}

function readClip(value: PythonValue): number | undefined {
  return value === null ? Number.POSITIVE_INFINITY : readPositive(value);
}
