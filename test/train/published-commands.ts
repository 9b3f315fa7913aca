/** The training commands of the original's README (spec 3.7), flag by flag, but for `torchrun --nproc_per_node 8 train.py`. */
export type Stage = 'dust3r_224' | 'dust3r_512' | 'dust3r_512dpt';

const wide = '[(512, 384), (512, 336), (512, 288), (512, 256), (512, 160)]';

interface Differences {
  readonly model: string;
  readonly pretrained: string;
  readonly samples: string;
  readonly resolution: string;
  /** Of the test sets, and of MegaDepth's. */
  readonly test: readonly [all: string, megaDepth: string];
  /** Of Co3d's test set. */
  readonly mask: string;
  readonly flags: readonly string[];
}

const stages: Readonly<Record<Stage, Differences>> = {
  dust3r_224: {
    model: "img_size=(224, 224), head_type='linear'",
    pretrained: 'checkpoints/CroCo_V2_ViTLarge_BaseDecoder.pth',
    samples: '100_000',
    resolution: '224',
    test: ['224', '224'],
    mask: "mask_bg='rand', ",
    flags: [
      '--warmup_epochs=10',
      '--epochs=100',
      '--batch_size=16',
      '--accum_iter=1',
      '--save_freq=5',
      '--keep_freq=10',
    ],
  },
  dust3r_512: {
    model: "patch_embed_cls='ManyAR_PatchEmbed', img_size=(512, 512), head_type='linear'",
    pretrained: 'checkpoints/dust3r_224/checkpoint-best.pth',
    samples: '10_000',
    resolution: wide,
    test: ['(512, 384)', '(512, 336)'],
    mask: '',
    flags: [
      ...['--warmup_epochs=20', '--epochs=100', '--batch_size=4', '--accum_iter=2', '--save_freq=10', '--keep_freq=10'],
      '--print_freq=10',
    ],
  },
  dust3r_512dpt: {
    model: "patch_embed_cls='ManyAR_PatchEmbed', img_size=(512, 512), head_type='dpt'",
    pretrained: 'checkpoints/dust3r_512/checkpoint-best.pth',
    samples: '10_000',
    resolution: wide,
    test: ['(512, 384)', '(512, 336)'],
    mask: '',
    flags: [
      ...['--warmup_epochs=15', '--epochs=90', '--batch_size=4', '--accum_iter=2', '--save_freq=5', '--keep_freq=10'],
      ...['--print_freq=10', '--disable_cudnn_benchmark'],
    ],
  },
};

export function publishedCommand(stage: Stage): string[] {
  const { model, pretrained, samples, resolution, flags, ...rest } = stages[stage];
  return [
    `--train_dataset=${trainingMix(samples, resolution)}`,
    `--test_dataset=${testSets(rest)}`,
    "--train_criterion=ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)",
    '--test_criterion=Regr3D_ScaleShiftInv(L21, gt_scale=True)',
    `--model=AsymmetricCroCo3DStereo(pos_embed='RoPE100', ${model}, output_mode='pts3d', depth_mode=('exp', -inf, inf), conf_mode=('exp', 1, inf), enc_embed_dim=1024, enc_depth=24, enc_num_heads=16, dec_embed_dim=768, dec_depth=12, dec_num_heads=12)`,
    ...[`--pretrained=${pretrained}`, '--lr=0.0001', '--min_lr=1e-06', '--eval_freq=1'],
    ...[...flags, `--output_dir=checkpoints/${stage}`],
  ];
}

function trainingMix(samples: string, resolution: string): string {
  const datasets = [
    "Habitat(1_000_000, split='train', aug_crop=16",
    "BlendedMVS(split='train', aug_crop=16",
    "MegaDepth(split='train', aug_crop=16",
    'ARKitScenes(aug_crop=256',
    "Co3d(split='train', aug_crop=16, mask_bg='rand'",
    "StaticThings3D(aug_crop=256, mask_bg='rand'",
    "ScanNetpp(split='train', aug_crop=256",
    'InternalUnreleasedDataset(aug_crop=128',
  ];
  const end = `, resolution=${resolution}, transform=ColorJitter)`;
  return ` ${datasets.map((start) => `+ ${samples} @ ${start}${end}`).join(' ')} `;
}

function testSets({ test: [all, megaDepth], mask }: Pick<Differences, 'test' | 'mask'>): string {
  return (
    ` Habitat(1_000, split='val', resolution=${all}, seed=777) + 1_000 @ BlendedMVS(split='val', resolution=${all}, seed=777)` +
    ` + 1_000 @ MegaDepth(split='val', resolution=${megaDepth}, seed=777)` +
    ` + 1_000 @ Co3d(split='test', ${mask}resolution=${all}, seed=777) `
  );
}
