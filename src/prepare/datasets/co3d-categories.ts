/** CO3D v2's categories in order. Their places make the seeds by which sequences are drawn. */
export const co3dCategories: readonly string[] = [
  ...['apple', 'backpack', 'ball', 'banana', 'baseballbat', 'baseballglove', 'bench', 'bicycle', 'book', 'bottle'],
  ...['bowl', 'broccoli', 'cake', 'car', 'carrot', 'cellphone', 'chair', 'couch', 'cup', 'donut', 'frisbee'],
  ...['hairdryer', 'handbag', 'hotdog', 'hydrant', 'keyboard', 'kite', 'laptop', 'microwave', 'motorcycle', 'mouse'],
  ...['orange', 'parkingmeter', 'pizza', 'plant', 'remote', 'sandwich', 'skateboard', 'stopsign', 'suitcase'],
  ...['teddybear', 'toaster', 'toilet', 'toybus', 'toyplane', 'toytrain', 'toytruck', 'tv', 'umbrella', 'vase'],
  'wineglass',
];
