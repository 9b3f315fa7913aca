// The library's one public door.

export { alignScene } from '#align/align-scene.ts';
export { cleanConfidences } from '#align/clean.ts';
export type { AlignOptions } from '#align/options.ts';
export { type AlignedPair, type AlignedScene, type SceneView, worstPairs } from '#align/scene.ts';
export { segmentSky } from '#align/sky.ts';
export { automaticThreshold } from '#align/threshold.ts';
export { alignTwoViews, type TwoViewOptions, type TwoViewScene } from '#align/two-view.ts';
export { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
export { setupNative } from '#backend/native/setup.ts';
export { type ConvertOptions, type ConvertReport, convertCheckpoint } from '#convert/convert-checkpoint.ts';
export type { ArgumentSpec, DatasetType } from '#data/dataset-type.ts';
export { createLoader, type Loader, type LoaderOptions } from '#data/loader.ts';
export type { PairBatch } from '#data/pair-batch.ts';
export { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
export { loadDatasetTypes } from '#data/registry.ts';
export { parseTestSets } from '#data/test-sets.ts';
export type { RawView, Resolution, View } from '#data/view.ts';
export type { Camera, Matrix4 } from '#geometry/camera.ts';
export type { NormMode } from '#geometry/normalize.ts';
export type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
export { fitImage, type InferenceImage, type LoadOptions, loadForInference } from '#image/fit.ts';
export type { RgbImage } from '#image/rgb-image.ts';
export { type LoadModelOptions, loadModel } from '#infer/load-model.ts';
export { bothOrders, readPairList } from '#infer/pair-list.ts';
export { makePairs, type Pair, type PairOptions } from '#infer/pairs.ts';
export { type PairPlan, planPairs } from '#infer/plan-pairs.ts';
export { type PredictOptions, type PredictProgress, predictPair, type SymmetricPrediction } from '#infer/predict.ts';
export { type PredictPairsOptions, predictPairs } from '#infer/predict-pairs.ts';
export { folderStore, memoryStore, type PredictionStore } from '#infer/prediction-store.ts';
export { type RandomModelOptions, randomModel } from '#infer/random-model.ts';
export type { Precision } from '#model/bfloat16-weights.ts';
export { mixedPrecision } from '#model/bfloat16-weights.ts';
export { type ModelConfig, type ModelPreset, modelPresets, presetConfig } from '#model/config.ts';
export {
  type DecodedPairs,
  Dust3r,
  type EncodedViews,
  type PairPrediction,
  type ViewPrediction,
} from '#model/dust3r.ts';
export { DecoderBlock, DptHead, EncoderBlock, LinearHead, PatchEmbed } from '#model/dust3r-layers.ts';
export { configFromKwargs, kwargsFromConfig } from '#model/hub-config.ts';
export { seededWeights } from '#model/initial-weights.ts';
export type { ParamSource } from '#model/spec-layer.ts';
export type { KnownCamera } from '#reconstruct/known-cameras.ts';
export { type PhotographMask, readMasks } from '#reconstruct/masks.ts';
export { listPhotographs, loadPhotographs, type Photograph, type PhotographSource } from '#reconstruct/photographs.ts';
export { readKnownCameras } from '#reconstruct/read-known-cameras.ts';
export {
  addToScene,
  type ReconstructOptions,
  type ReconstructProgress,
  reconstruct,
} from '#reconstruct/reconstruct.ts';
export type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
export { readScene, type SavedScene, type WriteSceneOptions, writeScene } from '#reconstruct/scene-file.ts';
export { type ExportSceneOptions, exportScene } from '#reconstruct/scene-file-export.ts';
export { type ExportFormat, exportFormats } from '#reconstruct/scene-file-format.ts';
export { reconstructTwoViews, type TwoViewReconstructionOptions } from '#reconstruct/two-view.ts';
export { type WriteReconstructionOptions, writeReconstruction } from '#reconstruct/write-reconstruction.ts';
export type { TrainConfig, TrainSettings } from '#train/config.ts';
export type { Criterion, CriterionResult, PairTruth, ViewTruth } from '#train/criterion.ts';
export type { TrainEvent, TrainListener } from '#train/events.ts';
export { createRunLog } from '#train/log/run-log.ts';
export type { ConfidenceConfig, CriterionConfig, PixelLossConfig, RegressionConfig } from '#train/losses/config.ts';
export { makeCriterion } from '#train/losses/make-criterion.ts';
export { criterionNotation, parseCriterion } from '#train/losses/notation.ts';
export { renderPlot } from '#train/plot/render-plot.ts';
export { type TrainOptions, trainModel } from '#train/train-model.ts';
export { serveFolder } from '#viewer/serve-folder.ts';
export type { ViewerScene, ViewerView } from '#viewer/viewer-scene.ts';
export { renderViewerFiles, renderViewerPage, type ViewerFile } from '#viewer/write-page.ts';
export { openCheckpoint } from '#weights/open-checkpoint.ts';
export { openSafetensors } from '#weights/safetensors.ts';
export { writeSafetensors } from '#weights/safetensors-write.ts';
