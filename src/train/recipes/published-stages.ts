import type { TrainSettings } from '#train/config.ts';

/** What the three stages of the original have in common (spec 3.7). */
export const publishedStage = {
  trainCriterion: "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)",
  testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
  lr: 1e-4,
  minLr: 1e-6,
  evalFreq: 1,
} as const satisfies TrainSettings;

/** The constructor call of a stage's network; `rest` is what differs. */
export function publishedModel(rest: string): string {
  return (
    `AsymmetricCroCo3DStereo(pos_embed='RoPE100', ${rest}, output_mode='pts3d', depth_mode=('exp', -inf, inf), ` +
    "conf_mode=('exp', 1, inf), enc_embed_dim=1024, enc_depth=24, enc_num_heads=16, dec_embed_dim=768, dec_depth=12, " +
    'dec_num_heads=12)'
  );
}

/** The resolutions of stages 2 and 3. */
export const wideResolutions = '[(512, 384), (512, 336), (512, 288), (512, 256), (512, 160)]';

/** The training mix of the original, `samples` of each dataset an epoch. Its eighth dataset was never published. */
export function publishedTraining(samples: string, resolution: string): string {
  return [
    "Habitat(1_000_000, split='train', aug_crop=16",
    "BlendedMVS(split='train', aug_crop=16",
    "MegaDepth(split='train', aug_crop=16",
    "ARKitScenes(split='train', aug_crop=256",
    "Co3d(split='train', aug_crop=16, mask_bg='rand'",
    "StaticThings3D(aug_crop=256, mask_bg='rand'",
    "ScanNetpp(split='train', aug_crop=256",
  ]
    .map((start) => `${samples} @ ${start}, resolution=${resolution}, transform=ColorJitter)`)
    .join(' + ');
}

/** The four test sets; MegaDepth's photographs are wider. */
export function publishedTests(resolution: string, { megaDepth = resolution, co3d = '' } = {}): string {
  const at = (size: string) => `resolution=${size}, seed=777)`;
  return [
    `Habitat(1_000, split='val', ${at(resolution)}`,
    `1_000 @ BlendedMVS(split='val', ${at(resolution)}`,
    `1_000 @ MegaDepth(split='val', ${at(megaDepth)}`,
    `1_000 @ Co3d(split='test', ${co3d}${at(resolution)}`,
  ].join(' + ');
}
