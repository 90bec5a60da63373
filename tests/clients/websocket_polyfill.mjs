// Node before 22 has no WebSocket of its own; browsers and later ones do.
import { WebSocket } from "ws";

globalThis.WebSocket ??= WebSocket;
