import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';

const maxFileBytes = 512 * 2 ** 20;

/** The types that layouts store; the bytes are asked, not the name, so that sharp never parses SVG or PDF. */
const signature = /^(\xff\xd8\xff|\x89PNG\r\n|RIFF.{4}WEBP|II\*\0|MM\0\*)/s;

/**
 * The size of a photograph from its header alone, as it will have after decoding (EXIF orientation applied).
 * @throws Error, one line that names the file
 */
export async function readImageSize(path: string): Promise<{ width: number; height: number }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such image file' : error.message}`, { cause: error });
  });
  if (!found.isFile() || found.size > maxFileBytes)
    throw new Error(`${path}: expected an image file of at most ${maxFileBytes} bytes`);
  const bytes = await readFile(path);
  if (!signature.test(bytes.toString('latin1', 0, 16)))
    throw new Error(`${path}: not an image of a supported type (JPEG, PNG, WebP, TIFF)`);
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: Error) => {
      throw new Error(`${path}: damaged image (${(error.message.split('\n')[0] as string).slice(0, 100)})`, {
        cause: error,
      });
    });
  return { width: autoOrient.width, height: autoOrient.height };
}
