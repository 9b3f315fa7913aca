import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { type Checkpoint, openCheckpoint } from '#weights/open-checkpoint.ts';
import { writeSafetensors } from '#weights/safetensors-write.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { fixture } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();

async function opened<Result>(path: string, use: (checkpoint: Checkpoint) => Result): Promise<Result> {
  const checkpoint = await openCheckpoint(path);
  const result = use(checkpoint);
  await checkpoint.archive.close();
  return result;
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(temporary(name), content);
  return temporary(name);
}

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(temporary(name));
  for (const [file, content] of Object.entries(files)) await writeFile(temporary(`${name}/${file}`), content);
  return temporary(name);
}

async function tensorFile(path: string, names: readonly string[]): Promise<string> {
  await writeSafetensors(
    path,
    names.map((name) => ({ name, shape: [1], data: () => new Float32Array(1) })),
  );
  return path;
}

const dust3rKwargs = { img_size: [32, 32], head_type: 'linear', depth_mode: ['exp', -Infinity, Infinity] };

describe('weights/open-checkpoint: openCheckpoint', () => {
  it.each(['zip.pth', 'legacy.pth'])("opens DUSt3R's %s with its arguments", (name) =>
    opened(fixture(name), ({ kind, kwargs, licence }) => {
      expect([kind, licence]).toEqual(['dust3r', undefined]);
      expect(kwargs).toMatchObject(dust3rKwargs);
    }),
  );

  it("opens CroCo's file with its arguments", () =>
    opened(fixture('croco.pth'), ({ kind, kwargs }) => {
      expect(kind).toBe('croco');
      expect(kwargs).toEqual({ enc_embed_dim: 4, pos_embed: 'RoPE100', img_size: 32 });
    }));

  it('opens a hub folder, and its weights by their own path', async () => {
    const path = await folder('hub', {
      'config.json': '{"img_size": [32, 32], "head_type": "linear", "depth_mode": ["exp", -Infinity, "inf"]}',
      'README.md': '---\ntags:\n- x\nlicense: cc-by-nc-sa-4.0\n---\nlicense: not this\n',
    });
    await copyFile(fixture('floats.safetensors'), `${path}/model.safetensors`);
    for (const either of [path, `${path}/model.safetensors`]) {
      await opened(either, ({ archive, kind, kwargs, licence }) => {
        expect([archive.tensors.size, kind, licence]).toEqual([7, 'dust3r', 'cc-by-nc-sa-4.0']);
        expect(kwargs).toEqual(dust3rKwargs);
      });
    }
  });

  it('opens a folder of shards', async () => {
    const index = { weight_map: { 'enc_blocks.0.norm1.weight': 'model-1.safetensors' } };
    const path = await folder('shards', { 'model.safetensors.index.json': JSON.stringify(index) });
    await tensorFile(`${path}/model-1.safetensors`, ['enc_blocks.0.norm1.weight']);
    await opened(path, ({ kind, kwargs }) => expect([kind, kwargs]).toEqual(['croco', undefined]));
  });

  it('goes by the content, not by the name', async () => {
    await copyFile(fixture('floats.safetensors'), temporary('weights.pth'));
    await opened(temporary('weights.pth'), ({ archive }) => expect(archive.metadata).toEqual({ format: 'pt' }));
    await copyFile(fixture('zip.pth'), temporary('weights.safetensors'));
    await opened(temporary('weights.safetensors'), ({ kwargs }) => expect(kwargs).toMatchObject(dust3rKwargs));
  });

  it("reads a licence from the file's own metadata", async () => {
    const source = { name: 'enc_blocks.0.a', shape: [0], data: () => new Float32Array() };
    await writeSafetensors(temporary('own.safetensors'), [source], { metadata: { format: 'pt', license: 'mit' } });
    await opened(temporary('own.safetensors'), ({ licence }) => expect(licence).toBe('mit'));
  });

  it('says what a file is that holds no weights', async () => {
    const refuse = async (path: string, message: string) => expect(openCheckpoint(path)).rejects.toThrow(message);
    await refuse(temporary('nothing'), 'there is no such file or folder');
    await refuse(await file('empty.pth', ''), 'empty.pth is empty; download it again');
    await refuse(await file('tiny.pth', 'P'), 'it begins with "P"');
    await refuse(await file('lfs.pth', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n'), '`git lfs pull`');
    await refuse(await file('page.pth', '\n<!DOCTYPE html><html></html>'), 'is a web page, not weights');
    await refuse(await file('text.pth', 'Entry not found'), 'it begins with "Entry not found"');
    await refuse(await folder('void', {}), 'this one holds nothing');
    await refuse(await folder('wrong', { 'a.txt': '', 'b.txt': '' }), 'this one holds a.txt, b.txt');
    const run = await folder('run', { 'checkpoint-best': '', 'log.jsonl': '' });
    await refuse(run, "it is a run's folder, give ");
  });

  it.each(['zip.pth', 'legacy.pth', 'floats.safetensors'])('says that %s was cut short', async (name) => {
    const bytes = await readFile(fixture(name));
    const path = await file(`cut-${name}`, bytes.subarray(0, bytes.length - 200));
    await expect(openCheckpoint(path)).rejects.toThrow('cut short?');
  });

  it('names the config that it cannot read', async () => {
    const path = await folder('bad-config', { 'config.json': '{"img_size": [32,, 32]}' });
    await copyFile(fixture('floats.safetensors'), `${path}/model.safetensors`);
    await expect(openCheckpoint(path)).rejects.toThrow('config.json: a value is expected (line 1, column 18');
  });

  it('refuses MASt3R and other models by name', async () => {
    const mast3r = await folder('mast3r', { 'config.json': '{"head_type": "catmlp+dpt"}' });
    await tensorFile(`${mast3r}/model.safetensors`, ['downstream_head1.dpt.head.0.weight']);
    await expect(openCheckpoint(mast3r)).rejects.toThrow('is a MASt3R checkpoint (head_type catmlp+dpt)');
    const bare = await tensorFile(temporary('bare.safetensors'), ['downstream_head1.head_local_features.fc1.weight']);
    await expect(openCheckpoint(bare)).rejects.toThrow('is a MASt3R checkpoint');
    await expect(openCheckpoint(fixture('integers.pth'))).rejects.toThrow('its tensors are int64, int32, int16, int8');
    const empty = await tensorFile(temporary('none.safetensors'), []);
    await expect(openCheckpoint(empty)).rejects.toThrow('it holds no tensors');
  });
});
