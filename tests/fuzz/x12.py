"""Fuzz the readers of X12: ``python tests/fuzz/x12.py -max_total_time=60``."""

from __future__ import annotations

from target import fuzz

_AROUND = (
    b"ISA*00*          *00*          *ZZ*S              *ZZ*R              *240815*1200*^*00501"
    b"*000000001*0*T*:~GS*%b*S*R*20240815*1200*1*X*%b~ST*%b*0001~%bSE*9*0001~GE*1*1~"
    b"IEA*1*000000001~"
)
_CLAIM = (
    b"BHT*0019*00*1*20240815*1200*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~HL*2*1*22*0~"
    b"SBR*P*18*******CI~NM1*IL*1*DOE*J****MI*M1~DMG*D8*19800501*F~CLM*C1*80***11:B:1*Y*A*Y*Y~"
    b"HI*ABK:F331~LX*1~SV1*HC:90853*80*UN*1***1~DTP*472*D8*20240815~"
)
_PAYMENT = (
    b"TRN*1*1*1512345678~N1*PR*PAYER*XV*60054~LX*1~CLP*C1*1*80*80**12*77~"
    b"NM1*QC*1*DOE*J****MI*M1~SVC*HC:90853*80*80**1~DTM*472*20240815~CAS*CO*45*1~"
)
_SEEDS = (
    _AROUND % (b"HC", b"005010X222A1", b"837", _CLAIM),
    _AROUND % (b"HP", b"005010X221A1", b"835", _PAYMENT),
)

if __name__ == "__main__":
    fuzz("x12", ".837", _SEEDS, "x12/*.[et][dx][it]")
