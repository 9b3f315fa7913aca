/** How each figure is made; eval.json and the page carry it. Sources: docs/evaluation.md. */
export const protocol: Readonly<Record<string, string>> = {
  pairs:
    'Every method sees the two photographs alone. Figures are of its own grid of pixels: a pixel takes the true depth of the nearest pixel of the photograph, and what the method crops is not looked at.',
  'RRA@τ':
    'Share of the pairs whose relative rotation is less than τ degrees off. A pair without an estimate counts as wrong.',
  'RTA@τ':
    'Share of the pairs whose direction from camera 1 to camera 2, in the frame of camera 1, is less than τ degrees off, by min(e, 180° − e): the sign is not judged; the figure with sign is given beside it. Pairs whose true baseline is below 0.5 % of the median depth of view 1 (or is 0, where no depth is known) have no direction; they are left out of RTA and mAA, and counted.',
  'mAA(30)': 'Mean over the whole degrees 1 to 30 of the share of pairs whose larger error of both is below.',
  ATE: 'Root mean square distance of the camera centres after the similarity that fits them best (Umeyama), over the views that were placed, of scenes with at least three; relative: as a part of the largest distance of two true cameras.',
  AbsRel:
    'Mean of |d − d*| / d* over the pixels of an image, after the estimate is multiplied by median(d*) / median(d) of this image; then the mean over images. Images without an estimate are left out, and counted.',
  'δ<τ': 'Share of the pixels with max(d/d*, d*/d) below τ, after the same alignment; mean over images.',
  depth:
    'z in the own camera of each view. For the network that is what its two-view reconstruction gives: of the view that is the reference, z of its own pointmap; of the other, z of its points after they are moved into its camera by the pose that was found.',
  'pointmap error':
    'Mean of ‖x̂/m̂ − x/m‖ over the pixels of both views in the frame of camera 1, m the median distance of the points of both views to camera 1.',
  accuracy:
    'Mean distance of an estimated point to the nearest true one, after the similarity that fits corresponding pixels best; as a part of the median distance of the true points to camera 1.',
  completeness: 'The same from a true point to the nearest estimated one.',
  calibration:
    'Pointmap errors of up to 2000 evenly spaced points of every pair, sorted by confidence into tenths; Spearman’s correlation of confidence and error; AUSE: the area between the mean error of what is left after the least confident points are taken away and the same for the worst ones, as parts of the mean error of all.',
};
