import { chmodSync, writeFileSync } from 'node:fs';

/** What a fake COLMAP does when asked for a command: lines of a shell script; `$output_path` is the option's value. */
export interface FakeCommands {
  readonly mapper?: string;
  readonly feature_extractor?: string;
}

/** Writes a program that answers as COLMAP 3.8 does, and keeps its arguments and environment in `<path>.log`. */
export function writeFakeColmap(path: string, commands: FakeCommands = {}): string {
  const cases = Object.entries(commands).map(([command, lines]) => `${command})\n${lines}\n;;`);
  const script = `#!/bin/sh
echo "$QT_QPA_PLATFORM $*" >> '${path}.log'
command=$1
output_path=
while [ $# -gt 0 ]; do
  [ "$1" = --output_path ] && output_path=$2
  shift
done
case $command in
help)
echo "COLMAP 3.8 -- Structure-from-Motion and Multi-View Stereo"
;;
${cases.join('\n')}
esac
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

/** A mapper that finds a model of these text files; the images' second lines are empty. */
export function finding(cameras: string, images: readonly string[]): FakeCommands {
  return {
    mapper: `mkdir "$output_path/0"
cat > "$output_path/0/cameras.txt" <<'END'\n# cameras\n${cameras}\nEND
cat > "$output_path/0/images.txt" <<'END'\n# images\n${images.map((line) => `${line}\n`).join('\n')}\nEND`,
  };
}
