import { main } from "../base";
import { provider } from "./provider";

void main(provider);
