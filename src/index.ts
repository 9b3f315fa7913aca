// The library's one public door.
export type { SceneView } from '#align/scene.ts';
export { alignTwoViews, type TwoViewOptions, type TwoViewScene } from '#align/two-view.ts';
export { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
export { setupNative } from '#backend/native/setup.ts';
export { type ConvertOptions, type ConvertReport, convertCheckpoint } from '#convert/convert-checkpoint.ts';
export type { Camera, Matrix4 } from '#geometry/camera.ts';
export type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
export { fitImage, type InferenceImage, type LoadOptions, loadForInference } from '#image/fit.ts';
export type { RgbImage } from '#image/rgb-image.ts';
export { type LoadModelOptions, loadModel } from '#infer/load-model.ts';
export { makePairs, type Pair, type PairOptions } from '#infer/pairs.ts';
export { type PredictOptions, type PredictProgress, predictPair, type SymmetricPrediction } from '#infer/predict.ts';
export { type RandomModelOptions, randomModel } from '#infer/random-model.ts';
export type { Precision } from '#model/bfloat16-weights.ts';
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
export type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
export { reconstructTwoViews, type TwoViewReconstructionOptions } from '#reconstruct/two-view.ts';
export { type WriteReconstructionOptions, writeReconstruction } from '#reconstruct/write-reconstruction.ts';
export type { ViewerScene, ViewerView } from '#viewer/viewer-scene.ts';
export { renderViewerPage } from '#viewer/write-page.ts';
export { openCheckpoint } from '#weights/open-checkpoint.ts';
export { openSafetensors } from '#weights/safetensors.ts';
export { writeSafetensors } from '#weights/safetensors-write.ts';
