// t2 frames and f2 datagrams as bytes, and requests and replies read out of them through their schemas. Pure: bytes in,
// values or typed errors out; sockets are in #core/transport.
export { FrameError, type FrameErrorCode } from './errors.ts';
export { decodeDatagram, encodeDatagram } from './f2.ts';
export { parseMessage, parseReply, parseRequest } from './parse.ts';
export { encodeFrame, T2_EMPTY_FRAME, type T2Decoded, T2Decoder, type T2Frame } from './t2.ts';
