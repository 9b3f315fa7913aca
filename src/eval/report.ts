export const evalFormat = 'dust3r-eval';
export const evalVersion = 1;

/** What is scored. */
export const evalTasks = ['pose', 'depth', 'pointmap'] as const;
export type EvalTask = (typeof evalTasks)[number];

/** eval.json, and what the page shows. Null: there was nothing to measure. Angles are degrees, shares 0 to 1. */
export interface EvalReport {
  readonly format: typeof evalFormat;
  readonly version: typeof evalVersion;
  readonly tasks: readonly EvalTask[];
  readonly dataset: DatasetReport;
  /** How each figure is made, a sentence each, by the name of the figure. */
  readonly protocol: Readonly<Record<string, string>>;
  /** In the order in which they were evaluated. */
  readonly pairs: readonly PairFacts[];
  readonly scenes: readonly SceneFacts[];
  /** In the order of the table. */
  readonly methods: readonly MethodReport[];
}

interface DatasetReport {
  /** The folder, or the expression. */
  readonly name: string;
  readonly hasDepth: boolean;
  /** How pairs and scenes were chosen: the options by their names. */
  readonly choice: Readonly<Record<string, string | number>>;
  /** What a reader should hear of, such as frames that could not be read. One line each. */
  readonly notes: readonly string[];
}

/** What is true of a pair. */
export interface PairFacts {
  readonly scene: string;
  readonly names: readonly [string, string];
  readonly overlap: number | null;
  readonly rotationDeg: number;
  /** In the truth's unit. */
  readonly baseline: number;
  /** False where the baseline is too small to have a direction: the pair then has no translation error. */
  readonly hasDirection: boolean;
  /** Of each view: whether its true depth is known. */
  readonly hasDepth: readonly [boolean, boolean];
}

export interface SceneFacts {
  readonly name: string;
  readonly names: readonly string[];
  /** The largest distance of two cameras, in the truth's unit. */
  readonly extent: number;
}

export interface MethodReport {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Spent on the estimates of the pairs, without loading and scoring. */
  readonly pairSeconds: number;
  readonly pairsPerSecond: number | null;
  readonly sceneSeconds: number;
  readonly pose?: PoseScores;
  readonly depth?: DepthScores;
  readonly pointmap?: PointmapScores;
  readonly trajectory?: TrajectoryScores;
  /** Where the method tells confidences. */
  readonly calibration?: Calibration;
  /** One for each of the report's pairs, in their order. */
  readonly pairs: readonly PairRow[];
  /** One for each of the report's scenes, in their order; none where the method does no scenes. */
  readonly scenes: readonly SceneRow[];
}

/** Over pairs; those without an estimate count as wrong. */
export interface PoseScores {
  readonly pairs: number;
  /** Pairs without an estimate. */
  readonly failed: number;
  /** Pairs whose true baseline has no direction: they are in RRA, and neither in RTA nor in mAA. */
  readonly withoutDirection: number;
  readonly rra5: number | null;
  readonly rra15: number | null;
  readonly rra30: number | null;
  readonly rta5: number | null;
  readonly rta15: number | null;
  readonly rta30: number | null;
  /** The same where a translation that points backwards is wrong. */
  readonly rta15Signed: number | null;
  readonly maa30: number | null;
  readonly medianRotationDeg: number | null;
  readonly medianTranslationDeg: number | null;
  readonly curves: PoseCurves;
}

/** Shares of the pairs whose error is below 1°, 2° … 30°: 30 values each, or none. */
export interface PoseCurves {
  readonly rotation: readonly number[];
  readonly translation: readonly number[];
  /** Of the larger of both errors; its mean is mAA(30). */
  readonly both: readonly number[];
}

/** Means and the median over images. */
export interface DepthScores extends DepthMeans {
  readonly view1: DepthMeans;
  readonly view2: DepthMeans;
}

export interface DepthMeans {
  readonly images: number;
  /** Images with true depth and without an estimate; they are left out of the figures. */
  readonly failed: number;
  readonly absRel: number | null;
  readonly medianAbsRel: number | null;
  /** Shares of the pixels whose ratio to the truth is below 1.03, 1.25; means over images. */
  readonly inliers103: number | null;
  readonly inliers125: number | null;
}

/** Means (and one median) over pairs. Relative ones are parts of the median distance of the true points to camera 1. */
export interface PointmapScores {
  readonly pairs: number;
  readonly failed: number;
  readonly error: number | null;
  readonly medianError: number | null;
  readonly errorView1: number | null;
  readonly errorView2: number | null;
  readonly accuracy: number | null;
  readonly accuracyMedian: number | null;
  readonly completeness: number | null;
  readonly completenessMedian: number | null;
  /** In the truth's unit. */
  readonly accuracyUnits: number | null;
  readonly completenessUnits: number | null;
}

/** Means over scenes. */
export interface TrajectoryScores {
  readonly scenes: number;
  /** Scenes of which fewer than three views were placed; they are left out of the errors. */
  readonly failed: number;
  /** Share of the views that were placed. */
  readonly registered: number | null;
  /** Root mean square error of the camera centres after similarity alignment, in the truth's unit. */
  readonly ate: number | null;
  /** As a part of the scene's extent. */
  readonly relativeAte: number | null;
  /** Over all pairs of views of all scenes. */
  readonly pose: PoseScores;
  /** Over all views that have depth. */
  readonly depth?: DepthMeans;
}

/** Does confidence tell the error? Over a sample of the pixels of all pairs. */
export interface Calibration {
  readonly pixels: number;
  /** From the least to the most confident tenth. */
  readonly deciles: readonly CalibrationDecile[];
  /** Whether every decile's mean error is at most that of the one before. */
  readonly isMonotonic: boolean;
  /** Spearman's rank correlation of confidence and error: -1 is perfect, 0 is none. */
  readonly rankCorrelation: number | null;
  /** Mean error of what is left after the least confident k pixels are taken away, as a part of that of all pixels. */
  readonly sparsification: readonly SparsificationPoint[];
  /** Area between that curve and the one of an oracle that takes the worst pixels away; 0 is perfect. */
  readonly ause: number | null;
}

export interface CalibrationDecile {
  readonly meanConfidence: number;
  readonly meanError: number;
  readonly medianError: number;
}

export interface SparsificationPoint {
  /** 0, 0.05 … 0.95 */
  readonly removed: number;
  readonly error: number;
  readonly oracle: number;
}

/** The scores of one pair; those that were not asked for are missing. */
export interface PairRow {
  readonly seconds: number;
  readonly pose?: PoseRow;
  readonly depths?: readonly [DepthRow | null, DepthRow | null];
  readonly pointmap?: PointmapRow | null;
  /** |f − f*| / f* of each view, where the method gives focal lengths. */
  readonly focalErrors?: readonly [number, number];
}

export interface PoseRow {
  readonly failed: boolean;
  readonly rotationDeg: number;
  /** From 0 to 90; null where the true baseline has no direction. */
  readonly translationDeg: number | null;
  /** From 0 to 180. */
  readonly translationSignedDeg: number | null;
}

/** Of an image, after the ratio of medians is taken out. */
export interface DepthRow {
  readonly absRel: number;
  readonly inliers103: number;
  readonly inliers125: number;
  /** By which the estimate was multiplied. */
  readonly scale: number;
  readonly pixels: number;
}

export interface PointmapRow {
  readonly error: number;
  readonly errorView1: number | null;
  readonly errorView2: number | null;
  readonly accuracy: number;
  readonly accuracyMedian: number;
  readonly completeness: number;
  readonly completenessMedian: number;
  /** The median distance of the true points to camera 1, in the truth's unit: what the figures above are parts of. */
  readonly unit: number;
  readonly pixels: number;
}

export interface SceneRow {
  readonly seconds: number;
  readonly registered: number;
  readonly ate: number | null;
  readonly relativeAte: number | null;
  readonly pose: PoseScores;
  /** Of the views whose true depth is known; null where there is no estimate. */
  readonly depths?: readonly (DepthRow | null)[];
}
