//! What is played: the game model of Saddlepoint.
