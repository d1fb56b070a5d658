//! How it is solved: the methods of Saddlepoint.
