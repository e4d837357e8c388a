/** Node only: reads and writes `deployments/<chainId>.json`. Its own entry, `@openjoule/sdk/deployments`. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Deployment, formatDeployment, parseDeployment } from "./addresses.ts";
import { OpenJouleError } from "./errors.ts";

export interface DeploymentPlace {
  /** Folder of the deployments, absolute or from the working directory. */
  readonly directory: string;
  readonly chainId: number;
}

/** Path of a chain's deployment. */
export function deploymentFile({ directory, chainId }: DeploymentPlace): string {
  return join(directory, `${chainId}.json`);
}

/**
 * Reads a chain's deployment.
 * Throws `DeploymentNotFound`, `DeploymentNotJson`, and `InvalidDeployment` for a wrong field or another chain's id.
 */
export async function readDeployment(place: DeploymentPlace): Promise<Deployment> {
  const file = deploymentFile(place);
  const deployment = parseDeployment(parseJson(file, await read(file)));
  if (deployment.chainId !== place.chainId) {
    throw new OpenJouleError({
      name: "InvalidDeployment",
      field: "chainId",
      value: deployment.chainId,
      expected: `${place.chainId}, as the name of ${file} says`,
    });
  }
  return deployment;
}

/** Writes a chain's deployment whole or not at all, and returns its path. */
export async function writeDeployment(directory: string, deployment: Deployment): Promise<string> {
  const file = deploymentFile({ directory, chainId: deployment.chainId });
  await mkdir(directory, { recursive: true });
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, formatDeployment(parseDeployment(deployment)));
  await rename(unfinished, file);
  return file;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new OpenJouleError(
      { name: "DeploymentNotFound", field: "file", value: file, expected: "a file that the deploy script wrote" },
      { cause },
    );
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OpenJouleError({ name: "DeploymentNotJson", field: "file", value: file, expected: "JSON" }, { cause });
  }
}
