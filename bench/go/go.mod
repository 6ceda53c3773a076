module streaminglambda/bench

go 1.19
